//go:build linux

package main

import (
	"syscall"
	"unsafe"
)

const setLock = 37

var (
	lockRoom  [4300]byte
	lockFile  = ^uintptr(0) // not open yet
	lockRange syscall.Flock_t
)

// place is how far somebody is who waits to run main.
type place int

const (
	waited place = iota // for somebody else, whose answer may be there
	mine
	never // no keyring through which one could answer all, no lock, or 200 s are over
)

// takeTurn waits until somebody else ends who ran main for this question, if there is one, since `asked` 200 s at most.
//
//go:nosplit
func takeTurn(a *asking) place {
	if a.turn == a.question {
		return mine
	}
	if a.asked == 0 {
		a.asked, a.waits = clock(realtime), clock(boottime)+200e9
	}
	if keyctl(keyringID, userKeyring, 1, 0, 0) == 0 || !openLock(a) || clock(boottime) >= a.waits {
		return never
	}
	switch lock(a, 0) {
	case 0:
		a.turn = a.question
		return mine
	case syscall.EAGAIN, syscall.EACCES, syscall.EINTR:
		waitForEnd()
		return waited
	}
	return never
}

// openLock opens our lock file, whose name stays in lockRoom.
//
//go:nosplit
func openLock(a *asking) bool {
	if lockFile != ^uintptr(0) {
		return true
	}
	folder, _ := cut(unsafe.String(&a.folder[0], len(a.folder)), 0)
	size := copy(lockRoom[:], folder)
	copy(lockRoom[size:], "/front.lock\x00")
	file, _, err := syscall.RawSyscall6(syscall.SYS_OPENAT, currentFolder, uintptr(unsafe.Pointer(&lockRoom[0])),
		syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o600, 0, 0)
	if err != 0 {
		return false
	}
	lockFile = aboveStreams(file)
	return lockFile != ^uintptr(0)
}

// aboveStreams moves a file that took the number of a closed stdin, stdout or stderr: what is meant for those would
// be written into it, and main would get it. All bits set where there is no number left.
//
//go:nosplit
func aboveStreams(file uintptr) uintptr {
	if file > 2 {
		return file
	}
	moved, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, file, syscall.F_DUPFD_CLOEXEC, 3)
	syscall.RawSyscall(syscall.SYS_CLOSE, file, 0, 0)
	if err != 0 {
		return ^uintptr(0)
	}
	return moved
}

// lock locks a byte of our lock file, chosen by question and number: a lock for each question without a file for each.
// The kernel frees it when its holder ends, however that ends.
//
//go:nosplit
func lock(a *asking, number int64) syscall.Errno {
	lockRange = syscall.Flock_t{Type: syscall.F_WRLCK, Start: 2*firstDigits(&a.question) + number, Len: 1}
	_, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, lockFile, setLock, uintptr(unsafe.Pointer(&lockRange)))
	return err
}

var (
	ends      pollEntry // of somebody who had the lock file open
	endsRoom  [4096]byte
	endsLimit syscall.Timespec
)

// pollEntry is the kernel's struct pollfd.
type pollEntry struct {
	file            int32
	events, revents int16
}

// waitForEnd waits until somebody closes the lock file, whose holder does so by ending, its answer stored; 50 ms at most,
// and 4 where the user has no watch left. The first time it begins to watch and returns: who ended just before is not seen.
//
//go:nosplit
func waitForEnd() {
	if ends.events == 0 {
		file, _, err := syscall.RawSyscall(syscall.SYS_INOTIFY_INIT1, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0, 0)
		ends, endsLimit.Nsec = pollEntry{file: -1, events: 1}, 4e6
		if err == 0 {
			file = aboveStreams(file)
			syscall.RawSyscall(syscall.SYS_INOTIFY_ADD_WATCH, file, uintptr(unsafe.Pointer(&lockRoom[0])), syscall.IN_CLOSE_WRITE)
			ends.file, endsLimit.Nsec = int32(file), 50e6
		}
		return
	}
	limit := endsLimit // the kernel may write what is left
	syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&ends)), 1, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	syscall.RawSyscall(syscall.SYS_READ, uintptr(ends.file), uintptr(unsafe.Pointer(&endsRoom[0])), uintptr(len(endsRoom)))
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
