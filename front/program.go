//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const setLock, pidfdOpen = 37, 434

// mainPath is beside us, links resolved.
func mainPath() string {
	self, err := os.Executable()
	if err != nil {
		fail("cannot tell where this program lies: " + err.Error())
	}
	return filepath.Join(filepath.Dir(self), "kubectl-oidc-main")
}

// become replaces us by main: in doubt it is as if there were no front.
func become(a *asking) {
	missing(syscall.Exec(mainPath(), append([]string{mainPath()}, list(a.words)...), environmentOf(a)))
}

func missing(err error) {
	if failed, ok := err.(*os.PathError); ok {
		err = failed.Err
	}
	fail("cannot run " + mainPath() + ": " + err.Error() + "; install kubectl-oidc again")
}

// askMain remembers what main answers, once these wishes are added to its environment. Main ends when we are killed.
func askMain(a *asking, wishes ...string) (string, syscall.WaitStatus) {
	runtime.LockOSThread() // whose end, not that of the process, would end main
	main := exec.Cmd{Path: mainPath(), Args: append([]string{mainPath()}, list(a.words)...), Env: append(environmentOf(a), wishes...),
		Stdin: os.Stdin, Stderr: os.Stderr, SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}}
	output, err := main.Output()
	if main.ProcessState == nil {
		missing(err)
	}
	status := main.ProcessState.Sys().(syscall.WaitStatus)
	if status == 0 {
		remember(a, string(output))
	}
	return string(output), status
}

// leaveBehind starts us once more in a session of its own, with nothing of the terminal.
func leaveBehind(argv, environment []string, stdin *os.File, held ...*os.File) {
	process := exec.Cmd{Path: "/proc/self/exe", Args: argv, Env: environment, Stdin: stdin, ExtraFiles: held,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	process.Start()
}

// lock waits for a byte of our lock file, chosen by question and number: a lock for each question without a file for
// each. The kernel frees it when its holder ends, however that ends. -1: not within so many seconds, or not at all.
func lock(a *asking, number, seconds int64) int {
	folder, _ := cut(string(a.folder[:]), 0)
	file, err := syscall.Open(folder+"/front.lock", syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return -1
	}
	at, _ := strconv.ParseInt(string(a.question[:15]), 16, 64)
	for limit := clock(boottime) + seconds*1e9; ; pause() {
		err := syscall.FcntlFlock(uintptr(file), setLock, &syscall.Flock_t{Type: syscall.F_WRLCK, Start: 2*at + number, Len: 1})
		if err == nil {
			return file
		}
		if err != syscall.EAGAIN && err != syscall.EACCES && err != syscall.EINTR || clock(boottime) >= limit {
			return -1
		}
	}
}

// list is what the kernel keeps with NULs, as Go wants it.
func list(entries string) []string {
	if entries == "" {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(entries, "\x00"), "\x00")
}

// environmentOf is ours without what only we may tell main.
func environmentOf(a *asking) []string {
	return slices.DeleteFunc(list(a.environment), func(entry string) bool { return begins(entry, wish) || begins(entry, askedAt) })
}

func read(name string) string {
	content, _ := os.ReadFile(name)
	return string(content)
}
