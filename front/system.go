//go:build linux

package main

import (
	"path"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// From the kernel's headers, where the syscall package lacks them.
const (
	userKeyring, processKeyring                                                               = ^uintptr(3), ^uintptr(1)
	keyringID, keyUpdate, keySetPermissions, keyClear, keyLink, keySearch, keyRead, keyExpire = 0, 2, 5, 7, 8, 10, 11, 15
	realtime, boottime                                                                        = 0, 7
	setLock, pidfdOpen                                                                        = 37, 434
)

// Set by the tests' linker only: a variable or flag would let a kubeconfig run what it likes.
var mainProgram, ringName = "", "kubectl-oidc"

// mainPath is beside us, links resolved. What the kernel appends to the name of a file that was replaced falls off.
func mainPath() string {
	if mainProgram != "" {
		return mainProgram
	}
	n, err := syscall.Readlink("/proc/self/exe", buffer[:])
	if err != nil {
		fail("cannot tell where this program lies: /proc/self/exe: " + err.Error())
	}
	return path.Dir(string(buffer[:n])) + "/kubectl-oidc-main"
}

// become replaces us by main: in doubt it is as if there were no front.
func become(words, environment []string) {
	missing(syscall.Exec(mainPath(), append([]string{mainPath()}, words...), environment))
}

func missing(err error) {
	fail("cannot run " + mainPath() + ": " + err.Error() + "; install kubectl-oidc again")
}

// askMain remembers what main answers, once these wishes are added to its environment. Main ends when we are killed.
func askMain(asked asking, wishes ...string) (string, syscall.WaitStatus) {
	var pipe [2]int
	var status syscall.WaitStatus
	runtime.LockOSThread() // whose end, not that of the process, would end main
	if syscall.Pipe2(pipe[:], syscall.O_CLOEXEC) != nil {
		become(asked.words, asked.environment)
	}
	pid, err := syscall.ForkExec(mainPath(), append([]string{mainPath()}, asked.words...), &syscall.ProcAttr{
		Env: append(asked.environment, wishes...), Files: []uintptr{0, uintptr(pipe[1]), 2},
		Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}})
	if err != nil {
		missing(err)
	}
	syscall.Close(pipe[1])
	output := readAll(pipe[0])
	for err = syscall.EINTR; err == syscall.EINTR; {
		_, err = syscall.Wait4(pid, &status, 0, nil)
	}
	if status == 0 {
		remember(asked, output)
	}
	return output, status
}

func leaveBehind(role string, words, environment []string, stdin, held int) {
	null, _ := syscall.Open("/dev/null", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	syscall.ForkExec("/proc/self/exe", append([]string{role}, words...), &syscall.ProcAttr{Env: environment,
		Files: []uintptr{uintptr(stdin), uintptr(null), uintptr(null), uintptr(held)}, Sys: &syscall.SysProcAttr{Setsid: true}})
}

// lock waits for one byte of our lock file, chosen by the name: a lock for each question without a file for each. The
// kernel frees it when its holder ends, however that ends. Less than 0: not within so many seconds, or not at all.
func lock(asked asking, name string, seconds int64) int {
	file, err := syscall.Open(asked.folder+"/front.lock", syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return -1
	}
	at, _ := strconv.ParseInt(digestOf(name)[:15], 16, 64)
	for limit := clock(boottime) + seconds*1e9; ; pause() {
		err := syscall.FcntlFlock(uintptr(file), setLock, &syscall.Flock_t{Type: syscall.F_WRLCK, Start: at, Len: 1})
		if err == nil {
			return file
		}
		if err != syscall.EAGAIN && err != syscall.EACCES && err != syscall.EINTR || clock(boottime) >= limit {
			return -1
		}
	}
}

func pause() { syscall.Nanosleep(&syscall.Timespec{Nsec: 4e6}, nil) }

// clock is in nanoseconds.
func clock(which uintptr) int64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, which, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

func pidfdOfSelf() int {
	file, _, err := syscall.RawSyscall(pidfdOpen, uintptr(syscall.Getpid()), 0, 0)
	if err != 0 {
		return -1
	}
	return int(file)
}

func waitReadable(file int) error {
	_, err := syscall.Select(file+1, &syscall.FdSet{Bits: [16]int64{1 << file}}, nil, nil, nil)
	return err
}

// readFile gives "" where it fails.
func readFile(name string) string {
	file, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	return readAll(file)
}

func readAll(file int) string {
	defer syscall.Close(file)
	var text strings.Builder
	for {
		n, err := syscall.Read(file, buffer[:])
		if n <= 0 && err != syscall.EINTR {
			return text.String()
		}
		text.Write(buffer[:max(n, 0)])
	}
}

var buffer [32768]byte // no key of the type "user" is larger

//go:uintptrescapes
func keyctl(operation, a, b, c, d uintptr) uintptr {
	result, _, err := syscall.RawSyscall6(syscall.SYS_KEYCTL, operation, a, b, c, d, 0)
	if err != 0 {
		return 0
	}
	return result
}

func text(of string) *byte {
	start, _ := syscall.BytePtrFromString(of)
	return start
}

// find gives 0 where there is no such key.
func find(ring uintptr, kind, name string) uintptr {
	return keyctl(keySearch, ring, uintptr(unsafe.Pointer(text(kind))), uintptr(unsafe.Pointer(text(name))), 0)
}

func readKey(name string) (string, uintptr) {
	ring := find(userKeyring, "keyring", ringName)
	if ring == 0 {
		return "", 0
	}
	key := find(ring, "user", name)
	if key == 0 {
		return "", 0
	}
	size := keyctl(keyRead, key, uintptr(unsafe.Pointer(&buffer)), uintptr(len(buffer)), 0)
	return string(buffer[:size]), key
}

// writeKey makes room when the user's quota is used up, which the kernel does in the background; 0 when that does not help.
func writeKey(name, payload string) uintptr {
	// Only a possessor may set permissions, and a session need not be linked to @u. A "process" keyring is a thread's.
	runtime.LockOSThread()
	keyctl(keyLink, userKeyring, processKeyring, 0, 0)
	ring := find(userKeyring, "keyring", ringName)
	if ring == 0 {
		ring, _ = addKey("keyring", ringName, "", userKeyring)
	}
	key, err := addKey("user", name, payload, ring)
	for tries := 0; err == syscall.EDQUOT && tries < 50; tries++ {
		forgetAll()
		pause()
		key, err = addKey("user", name, payload, ring)
	}
	return key
}

// addKey in no keyring (0) fails, as it should.
func addKey(kind, name, payload string, ring uintptr) (uintptr, syscall.Errno) {
	key, _, err := syscall.RawSyscall6(syscall.SYS_ADD_KEY, uintptr(unsafe.Pointer(text(kind))), uintptr(unsafe.Pointer(text(name))),
		uintptr(unsafe.Pointer(unsafe.StringData(payload))), uintptr(len(payload)), ring, 0)
	if err != 0 {
		return 0, err
	}
	keyctl(keySetPermissions, key, permissions, 0, 0)
	return key, 0
}
