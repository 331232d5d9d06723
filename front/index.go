//go:build linux

package main

import (
	"syscall"
	"unsafe"
)

// lookAtIndex sets folder, by main's rule, and index, which changes whenever a login does.
//
//go:nosplit
func lookAtIndex(a *asking) bool {
	folder, below := valueOf(a.environment, "KUBECTL_OIDC_HOME"), ""
	if folder == "" {
		folder, below = valueOf(a.environment, "HOME"), "/.kube/kubectl-oidc"
	}
	if len(folder) > 4096 || folder == "" || folder[0] != '/' {
		return false
	}
	size := copy(a.folder[:], folder)
	size += copy(a.folder[size:], below)
	copy(a.folder[size:], "/index.json\x00")
	path := unsafe.String(&a.folder[0], size)
	stateOf(path, &a.index[1])
	a.folder[size] = 0
	stateOf(path, &a.index[0])
	a.index[0].content = [4]int64{}
	return a.index[1].owner[0] != 0
}

// fileState changes with the content of a file, whose writers replace it, and with its owner and mode; zero without one.
type fileState struct {
	owner   [4]int64 // mode, uid, device, inode
	content [4]int64
}

var statOf syscall.Stat_t // not on the stack, which has no room for it before the runtime

// stateOf looks at what a text names that ends in NUL.
//
//go:nosplit
func stateOf(path string, state *fileState) {
	of := &statOf
	*state = fileState{}
	if path == "" {
		return
	}
	if _, _, err := syscall.RawSyscall6(fstatat, currentFolder, start(path), uintptr(unsafe.Pointer(of)), 0, 0, 0); err != 0 {
		return
	}
	state.owner = [4]int64{int64(of.Mode), int64(of.Uid), int64(of.Dev), int64(of.Ino)}
	if of.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		state.content = [4]int64{of.Size, of.Mtim.Sec*1e9 + of.Mtim.Nsec, of.Ctim.Sec*1e9 + of.Ctim.Nsec, 1}
	}
}

//go:nosplit
func (d *digest) addState(state *fileState) {
	for i := range state.owner {
		d.addNumber(state.owner[i])
		d.addNumber(state.content[i])
	}
}
