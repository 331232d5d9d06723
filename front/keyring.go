//go:build linux

package main

import (
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Possessor everything; the user view, read, write, search, link, for sessions without a link to @u; others nothing.
const permissions = 0x3f1f0000

// remember keeps the credential for who asks the same, until it expires. If the index changed while main ran, a login
// may have ended meanwhile: then only those still find it who asked before that and wait for our lock.
func remember(a *asking, credential string) {
	expires := expiryOf(credential)
	life := expires - clock(realtime)/1e9
	if life <= 0 {
		return
	}
	before := a.index
	if lookAtIndex(a); a.index != before {
		forgetAll()
	}
	key := writeKey(string(a.question[:]), decimal(clock(boottime)/1e9)+" "+decimal(life)+" "+decimal(expires)+" "+credential)
	if lookAtIndex(a); a.index != before {
		life = min(life, 10)
	}
	keyctl(keyExpire, key, uintptr(life), 0, 0)
}

// expiryOf reads the RFC 3339 time that main writes, always in UTC; 0 where there is none.
func expiryOf(credential string) int64 {
	_, text, _ := strings.Cut(credential, `"expirationTimestamp":"`)
	text, _, _ = strings.Cut(text, `"`)
	at, err := time.Parse("2006-01-02T15:04:05Z", text)
	if err != nil {
		return 0
	}
	return at.Unix()
}

// forgetAll also gives the user's quota of key bytes back.
func forgetAll() {
	if ring := findRing(); ring != 0 {
		keyctl(keyClear, ring, 0, 0, 0)
	}
}

// writeKey makes room when the user's quota is used up, which the kernel does in the background; 0 when that does not help.
func writeKey(name, payload string) uintptr {
	// Only a possessor may set permissions, and a session need not be linked to @u. A "process" keyring is a thread's.
	runtime.LockOSThread()
	keyctl(keyLink, userKeyring, processKeyring, 0, 0)
	ring := findRing()
	if ring == 0 {
		ring, _ = addKey("keyring\x00", ringName+"\x00", "", userKeyring)
	}
	key, err := addKey("user\x00", name, payload, ring)
	for tries := 0; err == syscall.EDQUOT && tries < 50; tries++ {
		forgetAll()
		pause()
		key, err = addKey("user\x00", name, payload, ring)
	}
	return key
}

// addKey in no keyring (0) fails, as it should. Kind and name end in NUL.
func addKey(kind, name, payload string, ring uintptr) (uintptr, syscall.Errno) {
	key, _, err := syscall.RawSyscall6(syscall.SYS_ADD_KEY, uintptr(unsafe.Pointer(unsafe.StringData(kind))),
		uintptr(unsafe.Pointer(unsafe.StringData(name))), uintptr(unsafe.Pointer(unsafe.StringData(payload))), uintptr(len(payload)), ring, 0)
	if err != 0 {
		return 0, err
	}
	keyctl(keySetPermissions, key, permissions, 0, 0)
	return key, 0
}
