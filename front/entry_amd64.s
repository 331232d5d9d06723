#include "textflag.h"

// entry is where the kernel starts this program (-ldflags "-E main.entry"). Go's compiler reads g from thread-local
// storage where assembly calls Go: thread is that storage, until the runtime sets up its own.
TEXT ·entry(SB), NOSPLIT|NOFRAME, $0
	MOVQ	SP, ·stack(SB)
	MOVQ	$158, AX // arch_prctl(ARCH_SET_FS, …)
	MOVQ	$0x1002, DI
	LEAQ	·thread+64(SB), SI
	SYSCALL
	TESTQ	AX, AX
	JNZ	runtime
	SUBQ	$24, SP // with the call's own 8 bytes: aligned to 16
	MOVQ	·stack(SB), AX
	MOVQ	AX, 0(SP)
	CALL	·early(SB)
	ADDQ	$24, SP
runtime:
	JMP	_rt0_amd64_linux(SB)
