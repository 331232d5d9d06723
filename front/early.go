//go:build linux

package main

import (
	"syscall"
	"unsafe"
)

// A hit is answered before Go's runtime starts, which takes longer than the whole answer. What runs then (early.go, turn.go,
// question.go, index.go, memo.go, sha256.go, kernel.go) has no heap, no goroutine and no growing stack: every function
// is nosplit, memory is static, nothing is appended, joined or converted. docs/decisions/0007-go-front.md has the figures.

// asked is the one question of this process.
var asked asking

// early gets what the kernel put on the stack: argc, argv, NULL, environment, NULL. It ends the process when a memo
// answers; when it returns, the runtime starts, and main looks at everything again.
//
//go:nosplit
func early(stack *[1 << 16]uintptr) {
	count := int(stack[0])
	if count < 2 || count > 1000 || stack[count+2] == 0 {
		return
	}
	// The kernel lays all strings one behind the other: arguments, then environment.
	first, environment, end := stack[1], stack[count+2], uintptr(0)
	for i := count + 2; i < len(stack) && stack[i] != 0; i++ {
		end = stack[i]
	}
	for *(*byte)(at(end)) != 0 {
		end++
	}
	_, words := cut(unsafe.String((*byte)(at(first)), int(environment-first)), 0)
	asked.words = words
	asked.environment = unsafe.String((*byte)(at(environment)), int(end+1-environment))
	if verb, _ := cut(words, 0); verb != "get-token" || !mayRemember(&asked) || !findClient(&asked) || !ask(&asked) {
		return
	}
	credential, kind := look(&asked)
	// Of many at once one needs the runtime, and finds the processors free.
	for at := waited; kind == nothing && at == waited; {
		at = takeTurn(&asked)
		credential, kind = look(&asked)
	}
	if kind == fresh && findNotes() != 0 && give(credential) == 0 {
		noteGiven(&asked, credential)
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
}

// at is a pointer to what the kernel laid out.
//
//go:nosplit
func at(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// give prints, and waits where a pipe is full for a moment because its reader made it non-blocking.
//
//go:nosplit
func give(credential string) syscall.Errno {
	for len(credential) > 0 {
		n, _, err := syscall.RawSyscall(syscall.SYS_WRITE, 1, start(credential), uintptr(len(credential)))
		switch err {
		case 0:
			credential = credential[min(int(n), len(credential)):]
		case syscall.EAGAIN:
			pause()
		case syscall.EINTR:
		default:
			return err
		}
	}
	return 0
}
