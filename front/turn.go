//go:build linux

package main

import (
	"syscall"
	"unsafe"
)

const setLock = 37

var (
	lockRoom  [4300]byte
	lockRange syscall.Flock_t
)

// takeTurn waits until nobody else runs main for this question, since `asked` 200 s at most; false where the user has no
// keyring either, through which the one who runs it could answer all.
//
//go:nosplit
func takeTurn(a *asking) bool {
	if a.turn == a.question {
		return true
	}
	if a.asked == 0 {
		a.asked, a.waits = clock(realtime), clock(boottime)+200e9
	}
	if keyctl(keyringID, userKeyring, 1, 0, 0) == 0 || lock(a, 0, a.waits) < 0 {
		return false
	}
	a.turn = a.question
	return true
}

// lock waits for a byte of our lock file, chosen by question and number: a lock for each question without a file for
// each. The kernel frees it when its holder ends, however that ends. -1: not until then (of boottime), or not at all.
//
//go:nosplit
func lock(a *asking, number, until int64) int {
	folder, _ := cut(unsafe.String(&a.folder[0], len(a.folder)), 0)
	size := copy(lockRoom[:], folder)
	copy(lockRoom[size:], "/front.lock\x00")
	file, _, err := syscall.RawSyscall6(syscall.SYS_OPENAT, currentFolder, uintptr(unsafe.Pointer(&lockRoom[0])),
		syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o600, 0, 0)
	if err != 0 {
		return -1
	}
	lockRange = syscall.Flock_t{Type: syscall.F_WRLCK, Start: 2*firstDigits(&a.question) + number, Len: 1}
	// Main never answers within 64 ms; until then who waits in line leaves the processors to it.
	soon := clock(boottime) + 64e6
	for nap := int64(16e6); ; {
		_, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, file, setLock, uintptr(unsafe.Pointer(&lockRange)))
		if err == 0 {
			return int(file)
		}
		if err != syscall.EAGAIN && err != syscall.EACCES && err != syscall.EINTR || clock(boottime) >= until {
			return -1
		}
		if clock(boottime) >= soon {
			nap = 4e6
		}
		sleep(nap)
	}
}

// firstDigits is what the first 15 digits of a digest say, 60 bits.
//
//go:nosplit
func firstDigits(of *hexDigest) (number int64) {
	for _, digit := range of[:15] {
		value := int64(digit - '0')
		if digit >= 'a' {
			value = int64(digit-'a') + 10
		}
		number = number<<4 | value
	}
	return number
}
