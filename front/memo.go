//go:build linux

package main

import (
	"strconv"
	"strings"
	"unsafe"
)

type kind int

const (
	nothing kind = iota
	fresh
	old     // in the last fifth of its life
	refused // this very client got it before, so it met a 401 with it: that is all that client-go lets a plugin know
)

const (
	notesName            = "given"
	noteBytes, notesKept = 16, 64
	// Possessor everything; the user view, read, write, search, link, for sessions without a link to @u; others nothing.
	permissions = 0x3f1f0000
)

// look finds the memo of this question: nothing, too, without a keyring and wherever clock or memo leave a doubt.
// It holds when it was stored (since the machine started, which no setting of the clock changes), how long it lives,
// when the credential expires (of the wall clock), all in seconds, and the credential as main printed it.
func look(asked asking) (string, kind) {
	text, _ := readKey(asked.question)
	fields := strings.SplitN(text, " ", 4)
	if len(fields) < 4 {
		return "", nothing
	}
	var number [3]int64
	for i := range number {
		number[i], _ = strconv.ParseInt(fields[i], 10, 64)
	}
	age, life := clock(boottime)/1e9-number[0], number[1]
	switch notes, _ := readKey(notesName); {
	case age < 0 || age >= life || clock(realtime)/1e9 >= number[2]:
		return "", nothing
	case strings.Contains(notes, noteOf(asked, fields[3])):
		return fields[3], refused
	case age*5 >= life*4:
		return fields[3], old
	}
	return fields[3], fresh
}

// remember keeps the credential for who asks the same, until it expires. If the index changed while main ran, a login
// may have ended meanwhile: then only those still find it who asked before that and wait for our lock.
func remember(asked asking, credential string) {
	expires := expiryOf(credential)
	life := expires - clock(realtime)/1e9
	if life <= 0 {
		return
	}
	if indexState(asked.folder) != asked.index {
		forgetAll()
	}
	var head []byte
	for _, number := range []int64{clock(boottime) / 1e9, life, expires} {
		head = append(strconv.AppendInt(head, number, 10), ' ')
	}
	key := writeKey(asked.question, string(head)+credential)
	if indexState(asked.folder) != asked.index {
		life = min(life, 10)
	}
	keyctl(keyExpire, key, uintptr(life), 0, 0)
}

// expiryOf reads the RFC 3339 time that main writes, always in UTC: days are counted in years that begin in March.
func expiryOf(credential string) int64 {
	_, text, _ := strings.Cut(credential, `"expirationTimestamp":"`)
	if len(text) < 20 || text[19] != 'Z' {
		return 0
	}
	at := func(from, to int) int64 { number, _ := strconv.ParseInt(text[from:to], 10, 64); return number }
	year, month := at(0, 4), at(5, 7)
	if month < 3 {
		year, month = year-1, month+12
	}
	days := 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + at(8, 10) - 719469
	return ((days*24+at(11, 13))*60+at(14, 16))*60 + at(17, 19)
}

// forgetAll also gives the user's quota of key bytes back.
func forgetAll() {
	if ring := find(userKeyring, "keyring", ringName); ring != 0 {
		keyctl(keyClear, ring, 0, 0, 0)
	}
}

// noteOf takes the credential's end, signature and expiry, for the whole.
func noteOf(asked asking, credential string) string {
	return digestOf(credential[max(0, len(credential)-128):], asked.who)[:noteBytes-1] + " "
}

// noteGiven: a note that gets lost costs one 401 that does not heal by itself.
func noteGiven(asked asking, credential string) {
	notes, key := readKey(notesName)
	notes = notes[max(0, len(notes)-(notesKept-1)*noteBytes):] + noteOf(asked, credential)
	if key == 0 {
		writeKey(notesName, notes)
	} else {
		keyctl(keyUpdate, key, uintptr(unsafe.Pointer(unsafe.StringData(notes))), uintptr(len(notes)), 0)
	}
}
