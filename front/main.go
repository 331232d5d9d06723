//go:build linux

// The front: what kubectl runs on Linux. It repeats the main executable's last answer to exactly the same question
// out of the kernel's keyring, and leaves everything else to it. No policy, no flags, no network may come in here.
package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Processes that the front leaves behind. No exec entry of a kubeconfig chooses argv[0], so nobody else gets these roles.
const refresher, watcher = "kubectl-oidc (refreshing)", "kubectl-oidc (watching)"

func main() {
	// As early saw them: os.Environ leaves out what is named twice.
	role, words := cut(read("/proc/self/cmdline"), 0)
	asked.words, asked.environment = words, read("/proc/self/environ")
	verb, _ := cut(words, 0)
	switch role {
	case refresher:
		refresh(&asked)
		return
	case watcher:
		watch(&asked)
		return
	}
	refuseLoaders(&asked)
	switch {
	case verb == "get-token" && mayRemember(&asked) && findClient(&asked) && ask(&asked):
		answer(&asked)
	case verb == "get-token":
		become(&asked)
	default:
		leaveWatcher(&asked)
		become(&asked)
	}
}

// answer prints the credential: from the memo, or from main, which alone decides who may have one.
func answer(a *asking) {
	found, kind := look(a)
	for at := waited; (kind == nothing || kind == refused) && at == waited; {
		if at = takeTurn(a); at == never {
			become(a)
		}
		found, kind = look(a) // another process may have been faster
	}
	switch kind {
	case fresh, old:
		print(a, found)
		if kind == old {
			startRefresh(a)
		}
	case refused:
		pass(a, wish+"refused", askedAt+decimal(a.asked/1e6))
	case nothing:
		pass(a, askedAt+decimal(a.asked/1e6))
	}
}

// pass answers by main.
func pass(a *asking, wishes ...string) {
	output, status := askMain(a, wishes...)
	if status.Signal() == syscall.SIGALRM {
		os.Exit(1) // main has said why: no other way ends it while the keychain hangs
	}
	if status.Signaled() {
		fail("the main program was ended by signal " + strconv.Itoa(int(status.Signal())))
	}
	if output != "" {
		print(a, output)
	}
	os.Exit(status.ExitStatus())
}

func print(a *asking, credential string) {
	if err := give(credential); err != 0 {
		fail("could not write the credential: " + err.Error())
	}
	if !noteGiven(a, credential) {
		writeKey(notesName, noteOf(a, credential))
	}
}

// startRefresh leaves a process behind that asks main for a newer token, one at a time for a question. It gets the
// client's own environment, so that main finds in it whom it would have found above us, and on stdin ours.
func startRefresh(a *asking) {
	isFirst := openLock(a) && lock(a, 1) == 0
	stdin, ours, err := os.Pipe()
	if !isFirst || err != nil || len(a.environment) >= 1<<16 { // a pipe takes no more without a reader
		return
	}
	ours.WriteString(a.environment)
	ours.Close()
	leaveBehind(append([]string{refresher}, list(a.words)...), list(a.client), stdin, os.NewFile(lockFile, "held"))
}

// refresh: whatever fails, the memo then counts as new, so that a provider that is away is not asked at every call.
func refresh(a *asking) {
	environment, _ := io.ReadAll(os.Stdin)
	a.client, a.environment = a.environment, string(environment)
	syscall.Dup3(1, 0, 0)
	syscall.CloseOnExec(3)
	if !ask(a) {
		return
	}
	before := a.index
	found, kind := look(a)
	if kind == nothing {
		return
	}
	found = strings.Clone(found)
	if _, status := askMain(a, wish+"early"); status != 0 {
		remember(a, found)
	} else if ask(a); a.index != before {
		askMain(a)
	}
}

// leaveWatcher leaves a process behind that sees the end of the command that this process becomes.
func leaveWatcher(a *asking) {
	self, _, err := syscall.RawSyscall(pidfdOpen, uintptr(os.Getpid()), 0, 0)
	if err == 0 {
		leaveBehind([]string{watcher, indexState(a)}, list(a.environment), os.NewFile(self, "self"))
	}
}

// watch forgets every memo when the command has changed a login.
func watch(a *asking) {
	before, _ := cut(a.words, 0)
	for err := error(syscall.EINTR); err == syscall.EINTR; {
		_, err = syscall.Select(1, &syscall.FdSet{Bits: [16]int64{1}}, nil, nil, nil)
	}
	if indexState(a) != before {
		forgetAll()
	}
}

func indexState(a *asking) string {
	lookAtIndex(a)
	return fmt.Sprint(a.index)
}

func fail(message string) {
	os.Stderr.WriteString("kubectl-oidc: " + message + "\n")
	os.Exit(1)
}

func decimal(number int64) string { return strconv.FormatInt(number, 10) }
