//go:build linux

// The front: what kubectl runs on Linux. It repeats the main executable's last answer to exactly the same question
// out of the kernel's keyring, and leaves everything else to it. No policy, no flags, no network may come in here,
// and only packages that cost nothing at the start of a program: crypto/sha256, which brings os, would be a tenth of a hit.
package main

import (
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Processes that the front leaves behind. No exec entry of a kubeconfig chooses argv[0], so nobody else gets these roles.
const refresher, watcher = "kubectl-oidc (refreshing)", "kubectl-oidc (watching)"

// What only the front may tell main. docs/front.md says what main makes of it.
const wish, askedAt = "KUBECTL_OIDC_REFRESH=", "KUBECTL_OIDC_ASKED_MS="

func main() {
	argv, environment := split(readFile("/proc/self/cmdline")), split(readFile("/proc/self/environ"))
	environment = slices.DeleteFunc(environment, func(entry string) bool {
		return strings.HasPrefix(entry, wish) || strings.HasPrefix(entry, askedAt)
	})
	switch {
	case argv[0] == refresher:
		refresh(argv[1:], environment)
	case argv[0] == watcher && len(argv) == 3:
		watch(argv[1], argv[2])
	case len(argv) > 1 && argv[1] == "get-token":
		answer(argv[1:], environment)
	default:
		passThrough(argv[1:], environment)
	}
	syscall.Exit(0)
}

// answer prints the credential: from the memo, or from main, which alone decides who may have one.
func answer(words, environment []string) {
	asked, ok := askedHere(words, environment)
	if !ok {
		become(words, environment)
	}
	since := strconv.FormatInt(clock(realtime)/1e6, 10)
	found, kind := look(asked)
	if kind == nothing || kind == refused {
		if keyctl(keyringID, userKeyring, 1, 0, 0) == 0 || lock(asked, asked.question, 200) < 0 {
			become(words, environment)
		}
		found, kind = look(asked) // another process may have been faster
	}
	switch kind {
	case fresh, old:
		give(asked, found)
		if kind == old {
			startRefresh(asked)
		}
	case refused:
		pass(asked, wish+"refused", askedAt+since)
	case nothing:
		pass(asked, askedAt+since)
	}
}

// pass answers by main.
func pass(asked asking, wishes ...string) {
	output, status := askMain(asked, wishes...)
	if status.Signaled() {
		fail("the main program was ended by signal " + strconv.Itoa(int(status.Signal())))
	}
	if output != "" {
		give(asked, output)
	}
	syscall.Exit(status.ExitStatus())
}

// give prints, and waits where a pipe is full for a moment because its reader made it non-blocking.
func give(asked asking, credential string) {
	for rest := []byte(credential); len(rest) > 0; {
		n, err := syscall.Write(1, rest)
		if err == syscall.EAGAIN {
			pause()
		} else if err != nil && err != syscall.EINTR {
			fail("could not write the credential: " + err.Error())
		}
		rest = rest[max(n, 0):]
	}
	noteGiven(asked, credential)
}

// startRefresh leaves a process behind that asks main for a newer token, one at a time for a question. It gets the
// client's own environment, so that main finds in it whom it would have found above us, and on stdin ours.
func startRefresh(asked asking) {
	var pipe [2]int
	ours := []byte(strings.Join(asked.environment, "\x00") + "\x00")
	held := lock(asked, "refresh "+asked.question, 0)
	if held < 0 || syscall.Pipe2(pipe[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK) != nil {
		return
	}
	if n, _ := syscall.Write(pipe[1], ours); n == len(ours) {
		syscall.Close(pipe[1])
		leaveBehind(refresher, asked.words, asked.client, pipe[0], held)
	}
}

// refresh: whatever fails, the memo then counts as new, so that a provider that is away is not asked at every call.
func refresh(words, client []string) {
	environment := split(readAll(0))
	syscall.Dup3(1, 0, 0)
	syscall.CloseOnExec(3)
	asked := ask(words, environment, client)
	found, kind := look(asked)
	if kind == nothing {
		return
	}
	if _, status := askMain(asked, wish+"early"); status != 0 {
		remember(asked, found)
	} else if again := ask(words, environment, client); again.index != asked.index {
		askMain(again)
	}
}

// passThrough becomes main, so that terminal, signals and exit status are main's own; the watcher outlives it.
func passThrough(words, environment []string) {
	if self := pidfdOfSelf(); self >= 0 {
		folder := folderOf(environment)
		leaveBehind(watcher, []string{folder, indexState(folder)}, nil, self, -1)
	}
	become(words, environment)
}

// watch forgets every memo when the command that it waits for has changed a login.
func watch(folder, before string) {
	for syscall.EINTR == waitReadable(0) {
	}
	if indexState(folder) != before {
		forgetAll()
	}
}

func fail(message string) {
	syscall.Write(2, []byte("kubectl-oidc: "+message+"\n"))
	syscall.Exit(1)
}
