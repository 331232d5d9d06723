//go:build linux

package main

import (
	"syscall"
	"unsafe"
)

// From the kernel's headers, where the syscall package lacks them.
const (
	userKeyring, processKeyring                                                               = ^uintptr(3), ^uintptr(1)
	keyringID, keyUpdate, keySetPermissions, keyClear, keyLink, keySearch, keyRead, keyExpire = 0, 2, 5, 7, 8, 10, 11, 15
	realtime, boottime                                                                        = 0, 7
	currentFolder                                                                             = ^uintptr(99)
)

// cut splits a text before and behind the first such byte. Lists of the kernel hold entries that end in NUL.
//
//go:nosplit
func cut(text string, separator byte) (before, behind string) {
	for i := 0; i < len(text); i++ {
		if text[i] == separator {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

//go:nosplit
func begins(text, prefix string) bool {
	return len(text) >= len(prefix) && text[:len(prefix)] == prefix
}

// start is the address of a text, for a system call.
//
//go:nosplit
func start(text string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(text))) }

// numberIn reads decimal digits up to something else.
//
//go:nosplit
func numberIn(text string) (number int64) {
	for i := 0; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		number = number*10 + int64(text[i]-'0')
	}
	return number
}

// processFile reads a file of /proc/PID; "" where that fails or there is no room for all of it.
//
//go:nosplit
func processFile(pid int64, name string, room []byte) string {
	var path [40]byte
	from := len(path) - len(name)
	copy(path[from:], name) // name ends in NUL
	for ; pid > 0; pid /= 10 {
		from--
		path[from] = byte('0' + pid%10)
	}
	from -= len("/proc/")
	copy(path[from:], "/proc/")
	file, _, err := syscall.RawSyscall6(syscall.SYS_OPENAT, currentFolder, uintptr(unsafe.Pointer(&path[from])), syscall.O_RDONLY|syscall.O_CLOEXEC, 0, 0, 0)
	if err != 0 {
		return ""
	}
	size := 0
	for size < len(room) {
		n, _, err := syscall.RawSyscall(syscall.SYS_READ, file, uintptr(unsafe.Pointer(&room[size])), uintptr(len(room)-size))
		if err != 0 {
			size = len(room) // half a file is none
		}
		if err != 0 || n == 0 {
			break
		}
		size += int(n)
	}
	syscall.RawSyscall(syscall.SYS_CLOSE, file, 0, 0)
	if size == len(room) {
		return ""
	}
	return unsafe.String(unsafe.SliceData(room), size)
}

// clock is in nanoseconds.
//
//go:nosplit
func clock(which uintptr) int64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, which, uintptr(unsafe.Pointer(&now)), 0)
	return now.Sec*1e9 + now.Nsec
}

//go:nosplit
func pause() {
	short := syscall.Timespec{Nsec: 4e6}
	syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&short)), 0, 0)
}

// keyctl gives 0 where it fails.
//
//go:nosplit
func keyctl(operation, a, b, c, d uintptr) uintptr {
	result, _, err := syscall.RawSyscall6(syscall.SYS_KEYCTL, operation, a, b, c, d, 0)
	if err != 0 {
		return 0
	}
	return result
}

// find gives 0 where there is no such key; kind and name end in NUL.
//
//go:nosplit
func find(ring uintptr, kind, name string) uintptr {
	return keyctl(keySearch, ring, start(kind), start(name), 0)
}
