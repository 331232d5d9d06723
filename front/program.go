//go:build linux

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

const pidfdOpen = 434

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
	stdout, err := main.StdoutPipe()
	if err == nil {
		err = main.Start()
	}
	if err != nil {
		missing(err)
	}
	output, isWhole := credentialFrom(stdout)
	if isWhole {
		remember(a, output)
		return output, 0
	}
	main.Wait()
	return output, main.ProcessState.Sys().(syscall.WaitStatus)
}

// credentialFrom reads up to the newline that main ends a credential with: the last thing it does, and the end of a
// Node process takes 15 ms more. Without one it is all that main printed.
func credentialFrom(stdout io.Reader) (output string, isWhole bool) {
	output, err := bufio.NewReader(stdout).ReadString('\n')
	return output, err == nil && strings.HasPrefix(output, `{"apiVersion":"client.authentication.k8s.io/`)
}

// leaveBehind starts us once more in a session of its own, with nothing of the terminal.
func leaveBehind(argv, environment []string, stdin *os.File, held ...*os.File) {
	process := exec.Cmd{Path: "/proc/self/exe", Args: argv, Env: environment, Stdin: stdin, ExtraFiles: held,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	process.Start()
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
