// Stands in for the main executable: notes how it was run, answers as the files in FAKE say.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	folder := os.Getenv("FAKE")
	note := func(text string) {
		file, _ := os.OpenFile(filepath.Join(folder, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		fmt.Fprintln(file, text)
		file.Close()
	}
	says := func(name string) string { text, _ := os.ReadFile(filepath.Join(folder, name)); return string(text) }
	exists := func(name string) bool { _, err := os.Stat(filepath.Join(folder, name)); return err == nil }
	parent, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid()))
	seen, _ := json.Marshal(map[string]any{"words": os.Args[1:], "pid": os.Getpid(), "parent": os.Getppid(), "wish": os.Getenv("KUBECTL_OIDC_REFRESH"),
		"asked": os.Getenv("KUBECTL_OIDC_ASKED_MS"), "environment": os.Environ(), "parentEnvironment": strings.Split(string(parent), "\x00")})
	note(string(seen))
	if exists("echo-stdin") {
		io.Copy(os.Stdout, os.Stdin)
	}
	if exists("block") {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
		note("catches signals")
		for exists("block") {
			select {
			case each := <-signals:
				note(each.String())
				os.Exit(130)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	if exists("new-index") || exists("new-index-once") {
		os.Remove(filepath.Join(folder, "new-index-once"))
		index := os.Getenv("HOME") + "/.kube/kubectl-oidc/index.json"
		os.WriteFile(index+".tmp", []byte("{}"), 0o600)
		os.Rename(index+".tmp", index)
	}
	if exists("die") {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	if text := says("fail"); text != "" {
		fmt.Fprint(os.Stderr, text)
		if exists("stuck") {
			syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -ALRM $$"}, nil) // Go ignores it
		}
		os.Exit(7)
	}
	life, err := time.ParseDuration(says("life"))
	if err != nil {
		life = time.Hour
	}
	fmt.Printf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s.%d","expirationTimestamp":"%s"}}`+"\n",
		says("token"), os.Getpid(), time.Now().Add(life).UTC().Format("2006-01-02T15:04:05Z"))
	if exists("linger") {
		time.Sleep(20 * time.Second)
	}
}
