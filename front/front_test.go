//go:build linux

package main

import (
	stdsha "crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

func TestTheSameQuestionIsAnsweredWithoutMain(t *testing.T) {
	s := newStage(t)
	first, second := s.ask(call{}), s.ask(call{})
	calls := s.wantCalls(1)
	if first.Status != 0 || first.Stdout == "" || first != (result{second.Stdout, "", first.Pid, 0}) {
		t.Fatalf("%+v, then %+v", first, second)
	}
	if calls[0].Parent != first.Pid || calls[0].Wish != "" || len(calls[0].Asked) != 13 {
		t.Fatalf("main was run as %+v", calls[0])
	}
}

func TestAHitEndsBeforeGosRuntimeStarts(t *testing.T) {
	s := newStage(t)
	if got := s.ask(call{NoRoom: true}); got.Status == 0 {
		t.Fatalf("a miss needs the runtime, and it had room: %+v", got)
	}
	first, again := s.ask(call{Wrapped: true}), s.ask(call{NoRoom: true})
	if first.Stdout == "" || again.Stdout != first.Stdout || again.Stderr != "" || again.Status != 0 {
		t.Fatalf("%+v, then %+v", first, again)
	}
}

func TestAnythingThatMainsAnswerMayDependOnMakesAnotherQuestion(t *testing.T) {
	other := func(from, to string) []string {
		return []string{"KUBERNETES_EXEC_INFO=" + strings.Replace(execInfo, from, to, 1)}
	}
	ca := t.TempDir() + "/ca.pem"
	os.WriteFile(ca, []byte("one"), 0o600)
	words := []string{"get-token", "--issuer-url=https://i.example", "--certificate-authority=" + ca}
	for name, change := range map[string]func(*stage) call{
		"another flag":          func(*stage) call { return call{Words: append(words, "--account=b")} },
		"words split elsewhere": func(*stage) call { return call{Words: []string{words[0], words[1] + " " + words[2]}} },
		"another server":        func(*stage) call { return call{Words: words, Brought: other("a.example", "b.example")} },
		"another CA of the server": func(*stage) call {
			return call{Words: words, Brought: other(`"server"`, `"certificate-authority-data":"QQ==","server"`)}
		},
		"interactive": func(*stage) call {
			return call{Words: words, Brought: other(`"spec":{`, `"spec":{"interactive":true,`)}
		},
		"a setting of ours":              func(*stage) call { return call{Words: words, Brought: []string{"KUBECTL_OIDC_ACCOUNT=b"}} },
		"a proxy from the exec entry":    func(*stage) call { return call{Words: words, Brought: []string{"HTTPS_PROXY=http://evil.example"}} },
		"PATH from the exec entry":       func(*stage) call { return call{Words: words, Brought: []string{"PATH=/evil"}} },
		"an authority of the exec entry": func(*stage) call { return call{Words: words, Brought: []string{"NODE_EXTRA_CA_CERTS=/ca.pem"}} },
		"the keychain's address, for client and front": func(s *stage) call {
			s.environment = append(s.environment, "DBUS_SESSION_BUS_ADDRESS=unix:path=/b")
			return call{Words: words}
		},
		"the keychain's file, for client and front": func(s *stage) call {
			s.environment = append(s.environment, "SECRET_FILE_TEST_PATH=/b")
			return call{Words: words}
		},
		"a setting of ours, for client and front": func(s *stage) call {
			s.environment = append(s.environment, "KUBECTL_OIDC_ACCOUNT=b")
			return call{Words: words}
		},
		"a new index": func(s *stage) call {
			os.WriteFile(s.index()+"2", []byte("{}"), 0o600)
			os.Rename(s.index()+"2", s.index())
			return call{Words: words}
		},
		"an index written in place": func(s *stage) call { os.WriteFile(s.index(), []byte("[]"), 0o600); return call{Words: words} },
		"an index open to others":   func(s *stage) call { os.Chmod(s.index(), 0o666); return call{Words: words} },
		"a folder open to others":   func(s *stage) call { os.Chmod(filepath.Dir(s.index()), 0o777); return call{Words: words} },
		"a file that a flag names": func(*stage) call {
			os.WriteFile(ca+"2", []byte("two"), 0o600)
			os.Rename(ca+"2", ca)
			return call{Words: words}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			before := s.ask(call{Words: words})
			changed := change(s)
			after := s.ask(changed)
			s.wantCalls(2)
			if before.Stdout == after.Stdout {
				t.Fatal("two questions share one answer")
			}
		})
	}
}

func TestAnotherTerminalIsNotAnotherQuestion(t *testing.T) {
	s := newStage(t)
	s.ask(call{})
	s.environment = append(s.environment, "TMUX_PANE=%7", "HTTPS_PROXY=http://proxy.example")
	s.ask(call{})
	s.wantCalls(1)
}

func TestAnExecEntryCannotHaveCodeLoadedBeforeMainsOwn(t *testing.T) {
	for _, each := range []string{"LD_PRELOAD=/evil.so", "LD_AUDIT=/evil.so", "OPENSSL_CONF=/evil.cnf", "OPENSSL_MODULES=/evil",
		"NODE_OPTIONS=--import=/evil.js", "NODE_COMPILE_CACHE=/evil", "NODE_V8_COVERAGE=/evil", "GCONV_PATH=/evil", "ICU_TIMEZONE_FILES_DIR=/evil"} {
		for _, words := range [][]string{{"get-token"}, {"login"}} {
			t.Run(strings.Join(append(words, each), " "), func(t *testing.T) {
				s := newStage(t)
				got := s.ask(call{Words: words, Brought: []string{each}})
				name, _, _ := strings.Cut(each, "=")
				if got.Status != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, "sets "+name+",") || strings.Count(got.Stderr, "\n") != 1 {
					t.Fatalf("%+v", got)
				}
				s.wantCalls(0)
			})
		}
	}
	t.Run("a person's own reaches main", func(t *testing.T) {
		s := newStage(t)
		s.environment = append(s.environment, "LD_LIBRARY_PATH=/opt/lib")
		s.ask(call{})
		if calls := s.wantCalls(1); !slices.Contains(calls[0].Environment, "LD_LIBRARY_PATH=/opt/lib") {
			t.Fatal(calls[0].Environment)
		}
	})
}

func TestWhatIsNotToBeRememberedGoesToMain(t *testing.T) {
	for name, each := range map[string]call{
		"switched off":                    {Brought: []string{"KUBECTL_OIDC_MEMO=off"}},
		"no store, by variable":           {Brought: []string{"KUBECTL_OIDC_TOKEN_STORE=none"}},
		"no store, by flag":               {Words: []string{"get-token", "--token-store=none"}},
		"no store, by flag and a word":    {Words: []string{"get-token", "--token-store", "none", "--account=a"}},
		"a client that announces nothing": {NoInfo: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			got := s.ask(each)
			s.ask(each)
			if calls := s.wantCalls(2); calls[0].Pid != got.Pid || len(memoKeys()) != 0 {
				t.Fatalf("main is %d, the process was %d, memos %d", calls[0].Pid, got.Pid, len(memoKeys()))
			}
		})
	}
	t.Run("without an index", func(t *testing.T) {
		s := newStage(t)
		os.Remove(s.index())
		s.ask(call{})
		s.ask(call{})
		s.wantCalls(2)
	})
}

func TestAClientThatAsksAgainMetA401(t *testing.T) {
	for name, wrapped := range map[string]bool{"directly": false, "through a wrapper for each call": true} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.ask(call{Wrapped: wrapped})
			again := resultsOf(t, s.client(order{Calls: []call{{Wrapped: wrapped}, {Wrapped: wrapped}}}))
			calls := s.wantCalls(2)
			if calls[1].Wish != "refused" || again[0].Stdout == again[1].Stdout {
				t.Fatalf("%+v %+v", calls[1].Wish, again)
			}
			s.ask(call{Wrapped: wrapped})
			s.wantCalls(2)
		})
	}
	t.Run("after main had answered it", func(t *testing.T) {
		s := newStage(t)
		resultsOf(t, s.client(order{Calls: []call{{}, {}}}))
		if calls := s.wantCalls(2); calls[0].Wish != "" || calls[1].Wish != "refused" {
			t.Fatalf("%+v", calls)
		}
	})
}

func TestOnlyTheFrontTellsMainItsWishes(t *testing.T) {
	s := newStage(t)
	for _, words := range [][]string{nil, {"status"}} {
		s.ask(call{Words: words, Brought: []string{"KUBECTL_OIDC_REFRESH=early", "KUBECTL_OIDC_ASKED_MS=1"}})
	}
	calls := s.wantCalls(2)
	if calls[0].Wish+calls[1].Wish+calls[1].Asked != "" || calls[0].Asked == "1" {
		t.Fatalf("%+v", calls)
	}
}

func TestNearItsEndAMemoIsPrintedAtOnceAndRefreshedBehind(t *testing.T) {
	s := newStage(t)
	first := s.ask(call{})
	age(t, 90, 100, 10)
	s.says("token", "second")
	s.says("new-index-once", "")
	s.says("block", "")
	for range 3 {
		if got := s.ask(call{}); got.Stdout != first.Stdout {
			t.Fatalf("%+v", got)
		}
	}
	s.saysNoMore("block")
	until(t, "a refresh and a second answer", func() bool { calls, _ := s.calls(); return len(calls) == 3 })
	until(t, "the second answer is kept", func() bool { return strings.Contains(s.ask(call{}).Stdout, "second") })
	calls, _ := s.calls()
	if calls[1].Wish != "early" || calls[2].Wish != "" || len(calls) > 4 {
		t.Fatalf("%+v", calls)
	}
	ofClient := strings.Join(calls[1].ParentEnvironment, "\n")
	if strings.Contains(ofClient, "KUBERNETES_EXEC_INFO") || !strings.Contains(ofClient, "FRONT_TEST_CLIENT") {
		t.Fatalf("main finds another client above the refresh: %s", ofClient)
	}
	if !strings.Contains(strings.Join(calls[1].Environment, "\n"), "KUBERNETES_EXEC_INFO="+execInfo) {
		t.Fatal("main does not get the environment of the exec entry")
	}
}

func TestAFailedRefreshIsNotRepeatedAtEveryCall(t *testing.T) {
	s := newStage(t)
	first := s.ask(call{})
	age(t, 90, 100, 10)
	s.says("fail", "the provider is away")
	s.ask(call{})
	until(t, "the refresh", func() bool { calls, _ := s.calls(); return len(calls) == 2 })
	until(t, "the memo counts as new", func() bool {
		found, _ := os.ReadFile(s.fake + "/calls")
		return s.ask(call{}).Stdout == first.Stdout && strings.Count(string(found), "\n") <= 3
	})
	calls, _ := s.calls()
	for range 5 {
		s.ask(call{})
	}
	s.wantCalls(len(calls))
}

func TestAMemoEndsWithItsCredential(t *testing.T) {
	t.Run("the kernel removes it", func(t *testing.T) {
		s := newStage(t)
		s.says("life", "2s")
		s.ask(call{})
		if len(memoKeys()) != 1 {
			t.Fatal("no memo")
		}
		key := memoKeys()[0]
		until(t, "the key is gone", func() bool { return keyctl(keyRead, key, 0, 0, 0) == 0 })
	})
	for name, each := range map[string][3]int64{
		"older than its life, whatever the clock says": {101, 100, 50},
		"expired by the clock that was set forward":    {1, 100, -1},
		"stored in a future that has not come":         {-5, 100, 50},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			first := s.ask(call{})
			age(t, each[0], each[1], each[2])
			if again := s.ask(call{}); again.Stdout == first.Stdout {
				t.Fatal("a memo that has ended was printed")
			}
			s.wantCalls(2)
		})
	}
	t.Run("an answer without an end is not kept", func(t *testing.T) {
		s := newStage(t)
		s.says("life", "-1s")
		s.ask(call{})
		if len(memoKeys()) != 0 {
			t.Fatal("kept")
		}
	})
}

// waiting counts who has the lock file open: those who run main and those who wait.
func waiting(s *stage) (number int) {
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, file := range files {
		if target, _ := os.Readlink(file); target == s.home+"/.kube/kubectl-oidc/front.lock" {
			number++
		}
	}
	return number
}

func TestAHundredAtOnceRunMainOnce(t *testing.T) {
	for _, change := range []string{"", "new-index"} {
		t.Run("main writes the index: "+change, func(t *testing.T) {
			s := newStage(t)
			s.says("block", "")
			if change != "" {
				s.says(change, "")
			}
			var clients []*exec.Cmd
			for range 100 {
				clients = append(clients, s.client(order{Calls: []call{{}}}))
			}
			until(t, "all wait", func() bool { return waiting(s) == 100 })
			s.saysNoMore("block")
			answers := map[string]bool{}
			for _, each := range clients {
				got := resultsOf(t, each)[0]
				answers[got.Stdout+got.Stderr+strconv.Itoa(got.Status)] = true
			}
			if s.wantCalls(1); len(answers) != 1 {
				t.Fatalf("%d different answers", len(answers))
			}
		})
	}
}

func TestWhoWaitsIsAnsweredWithoutTheRuntime(t *testing.T) {
	s := newStage(t)
	s.ask(call{}) // the notes are there from now on
	s.says("new-index-once", "")
	s.ask(call{Words: []string{"get-token", "--issuer-url=https://other.example"}})
	s.says("block", "")
	holder := s.client(order{Calls: []call{{Wrapped: true}}}) // the shell adds variables
	until(t, "main runs", func() bool { return waiting(s) == 1 })
	waiter := s.client(order{Calls: []call{{NoRoom: true}}})
	until(t, "another waits", func() bool { return waiting(s) == 2 })
	s.saysNoMore("block")
	first, second := resultsOf(t, holder)[0], resultsOf(t, waiter)[0]
	if first.Stdout == "" || second.Stdout != first.Stdout || second.Stderr != "" || second.Status != 0 {
		t.Fatalf("%+v, then %+v", first, second)
	}
}

func TestAClosedStreamIsNotTakenForTheLockFile(t *testing.T) {
	for _, closed := range []string{"<&-", ">&-", "2>&-"} {
		s := newStage(t)
		// The shell is the client, since it has no exec info.
		script := `KUBERNETES_EXEC_INFO='` + execInfo + `' "$0" get-token --issuer-url=https://i.example ` + closed + `; :`
		command := exec.Command("/bin/sh", "-c", script, bin+"/kubectl-oidc")
		command.Env = s.environment
		command.Run()
		if s.wantCalls(1); read(s.home+"/.kube/kubectl-oidc/front.lock") != "" {
			t.Fatal("the front wrote into its lock file with " + closed)
		}
	}
}

func TestAWholeCredentialIsNotHeldBackByMainsEnd(t *testing.T) {
	s := newStage(t)
	s.says("linger", "")
	begun := time.Now()
	first, second := s.ask(call{}), s.ask(call{})
	if first.Stdout == "" || first.Status != 0 || second.Stdout != first.Stdout || time.Since(begun) > 10*time.Second {
		t.Fatalf("%+v, then %+v, after %s", first, second, time.Since(begun))
	}
	s.wantCalls(1)
}

func TestALoginThatEndsWhileMainRunsLeavesNothingBehind(t *testing.T) {
	s := newStage(t)
	s.says("new-index", "")
	first := s.ask(call{})
	s.saysNoMore("new-index")
	for _, key := range memoKeys() {
		if left := secondsLeft(key); left > 10 {
			t.Fatalf("kept for %d s more", left)
		}
	}
	if second := s.ask(call{}); second.Stdout == first.Stdout {
		t.Fatal("an answer from before the change was repeated after it")
	}
	s.wantCalls(2)
}

// secondsLeft is what /proc/keys says: "9s", "59m", "1h".
func secondsLeft(key uintptr) int64 {
	for line := range strings.SplitSeq(read("/proc/keys"), "\n") {
		if fields := strings.Fields(line); len(fields) > 3 && strings.TrimLeft(fields[0], "0") == fmt.Sprintf("%x", key) {
			life, _ := time.ParseDuration(fields[3])
			return int64(life.Seconds())
		}
	}
	return 0
}

func TestMainsFailureIsHandedThrough(t *testing.T) {
	s := newStage(t)
	s.says("fail", "kubectl-oidc: nobody is signed in\n")
	if got := s.ask(call{}); got.Status != 7 || got.Stdout != "" || got.Stderr != "kubectl-oidc: nobody is signed in\n" {
		t.Fatalf("%+v", got)
	}
	s.says("stuck", "")
	if got := s.ask(call{}); got.Status != 1 || got.Stderr != "kubectl-oidc: nobody is signed in\n" {
		t.Fatalf("%+v", got)
	}
	s.saysNoMore("fail")
	s.says("die", "")
	if got := s.ask(call{}); got.Status != 1 || got.Stderr != "kubectl-oidc: the main program was ended by signal 9\n" {
		t.Fatalf("%+v", got)
	}
	for _, words := range [][]string{nil, {"login"}} {
		got := s.ask(call{Program: bin + "/without-main/kubectl-oidc", Words: words})
		if got.Status != 1 || !strings.HasPrefix(got.Stderr, "kubectl-oidc: cannot run "+bin+"/without-main/kubectl-oidc-main: no such file") || strings.Count(got.Stderr, "\n") != 1 {
			t.Fatalf("%+v", got)
		}
	}
	if len(memoKeys()) != 0 {
		t.Fatal("a failure was remembered")
	}
}

func TestAnAnswerThatCannotBeWrittenIsAnError(t *testing.T) {
	s := newStage(t)
	for range 2 {
		got := s.ask(call{Stdout: "/dev/full"})
		if got.Status != 1 || got.Stderr != "kubectl-oidc: could not write the credential: no space left on device\n" {
			t.Fatalf("%+v", got)
		}
	}
}

func TestWhoeverWaitsOrWorksCanBeEnded(t *testing.T) {
	start := func(s *stage) *exec.Cmd {
		front := exec.Command(bin+"/kubectl-oidc", "get-token", "--issuer-url=https://i.example")
		front.Env = append(s.environment, "KUBERNETES_EXEC_INFO="+execInfo)
		if err := front.Start(); err != nil {
			t.Fatal(err)
		}
		return front
	}
	s := newStage(t)
	s.says("block", "")
	holder := start(s)
	until(t, "main runs", func() bool { _, lines := s.calls(); return len(lines) == 1 && lines[0] != "" })
	waiter := start(s)
	until(t, "another waits", func() bool { return waiting(s) == 2 })
	waiter.Process.Signal(syscall.SIGINT)
	waiter.Wait()
	if status := waiter.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Fatalf("the waiter ended with %v", waiter.ProcessState)
	}
	holder.Process.Kill()
	holder.Wait()
	until(t, "main is told", func() bool { _, lines := s.calls(); return len(lines) == 2 && lines[1] == "terminated" })
	s.saysNoMore("block")
	if got := s.ask(call{}); got.Status != 0 {
		t.Fatalf("the lock outlived its holder: %+v", got)
	}
}

func TestEveryOtherCommandIsMainItself(t *testing.T) {
	s := newStage(t)
	s.says("echo-stdin", "")
	for _, words := range [][]string{{"login", "--context", "a b", ""}, {}, {"--help"}, {"get-tokens"}} {
		got := s.ask(call{Words: words, Stdin: "typed\n", NoInfo: true})
		calls, _ := s.calls()
		last := calls[len(calls)-1]
		if last.Pid != got.Pid || fmt.Sprintf("%q", last.Words) != fmt.Sprintf("%q", words) || !strings.HasPrefix(got.Stdout, "typed\n") {
			t.Fatalf("%q: %+v %+v", words, got, last)
		}
	}
	s.says("fail", "no")
	if got := s.ask(call{Words: []string{"can"}}); got.Status != 7 || got.Stderr != "no" {
		t.Fatalf("%+v", got)
	}
	s.says("die", "")
	if got := s.ask(call{Words: []string{"can"}}); got.Status != 128+9 {
		t.Fatalf("%+v", got)
	}
}

func TestCtrlCReachesMainThroughATerminal(t *testing.T) {
	s := newStage(t)
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var number, unlocked int32
	syscall.RawSyscall(syscall.SYS_IOCTL, terminal.Fd(), 0x80045430, uintptr(unsafe.Pointer(&number)))
	syscall.RawSyscall(syscall.SYS_IOCTL, terminal.Fd(), 0x40045431, uintptr(unsafe.Pointer(&unlocked)))
	slave, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.says("block", "")
	login := exec.Command(bin+"/kubectl-oidc", "login")
	login.Env, login.Stdin, login.Stdout, login.Stderr = s.environment, slave, slave, slave
	login.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := login.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "main runs", func() bool { _, lines := s.calls(); return len(lines) == 1 && lines[0] != "" })
	terminal.Write([]byte{3})
	login.Wait()
	if _, lines := s.calls(); login.ProcessState.ExitCode() != 130 || len(lines) != 2 || lines[1] != "interrupt" {
		t.Fatalf("%v %q", login.ProcessState, lines)
	}
}

func TestACommandThatChangesALoginEmptiesTheKeyring(t *testing.T) {
	s := newStage(t)
	s.ask(call{})
	s.ask(call{Words: []string{"get-token", "--account=b"}})
	s.ask(call{Words: []string{"status"}})
	if len(memoKeys()) != 2 {
		t.Fatalf("%d memos", len(memoKeys()))
	}
	s.says("new-index", "")
	s.ask(call{Words: []string{"logout"}})
	until(t, "no memo is left", func() bool { return len(memoKeys()) == 0 })
}

func TestMainIsFoundBesideTheFrontThroughLinks(t *testing.T) {
	s := newStage(t)
	store, links := t.TempDir(), t.TempDir()
	for _, each := range []string{"kubectl-oidc", "kubectl-oidc-main"} {
		install(filepath.Join(bin, each), store)
	}
	os.WriteFile(links+"/kubectl-oidc-main", []byte("#!/bin/sh\necho wrong\n"), 0o755)
	os.Symlink(store+"/kubectl-oidc", links+"/kubectl-oidc")
	if got := s.ask(call{Program: links + "/kubectl-oidc"}); !strings.Contains(got.Stdout, "first") {
		t.Fatalf("%+v", got)
	}
}

func TestASessionWithoutALinkToTheUsersKeyringHits(t *testing.T) {
	s := newStage(t)
	for range 2 {
		if got := resultsOf(t, s.client(order{NewSession: true, Calls: []call{{}}}))[0]; got.Status != 0 {
			t.Fatalf("%+v", got)
		}
	}
	s.wantCalls(1)
	s.says("new-index", "")
	resultsOf(t, s.client(order{NewSession: true, Calls: []call{{Words: []string{"logout"}}}}))
	until(t, "no memo is left", func() bool { return len(memoKeys()) == 0 })
}

func TestWithoutAKeyringMainAnswers(t *testing.T) {
	s := newStage(t)
	s.says("block", "")
	clients := []*exec.Cmd{s.client(order{NoKey: true, Calls: []call{{}}}), s.client(order{NoKey: true, Calls: []call{{}}})}
	until(t, "both run main, as nothing could be shared", func() bool { calls, _ := s.calls(); return len(calls) == 2 })
	s.saysNoMore("block")
	for _, each := range clients {
		if got := resultsOf(t, each)[0]; !strings.Contains(got.Stdout, "first") || got.Stderr != "" {
			t.Fatalf("%+v", got)
		}
	}
}

func TestNobodyElseMayReadAMemo(t *testing.T) {
	s := newStage(t)
	s.ask(call{})
	for _, key := range append(memoKeys(), findRing(), findNotes()) {
		text := make([]byte, 512)
		size := keyctl(6, key, uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)), 0)
		if fields := strings.Split(string(text[:size]), ";"); fields[1] != strconv.Itoa(os.Getuid()) || fields[3] != "3f1f0000" {
			t.Fatalf("%s", text[:size])
		}
	}
	if os.Getuid() != 0 {
		return // the bits above are what the kernel goes by; only root can also try it as somebody else
	}
	key := strconv.Itoa(int(memoKeys()[0]))
	reader := exec.Command("cat", "/proc/keys")
	reader.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
	text, _ := reader.Output()
	if strings.Contains(string(text), fmt.Sprintf("%08x", memoKeys()[0])) {
		t.Fatalf("another user sees key %s", key)
	}
}

func TestAFullQuotaIsEmptiedOrMainAnswers(t *testing.T) {
	s := newStage(t)
	if os.Getuid() == 0 {
		// Root's quota is a thousand times that of an ordinary user.
		s.uid = 20000 + rand.Intn(40000)
		for _, folder := range []string{s.home, s.fake} {
			filepath.Walk(folder, func(path string, _ os.FileInfo, _ error) error { return os.Chown(path, s.uid, s.uid) })
			for ; folder != "/tmp" && folder != "/"; folder = filepath.Dir(folder) {
				os.Chmod(folder, 0o755)
			}
		}
		os.Chmod(filepath.Dir(s.index()), 0o700)
	}
	s.says("token", strings.Repeat("x", 3000))
	for i := range 12 {
		words := []string{"get-token", "--account=" + strconv.Itoa(i)}
		first, second := s.ask(call{Words: words}), s.ask(call{Words: words})
		if first.Status != 0 || len(first.Stdout) < 3000 || first.Stdout != second.Stdout {
			t.Fatalf("%d: %.300s %.300s", i, first.Stdout+first.Stderr, second.Stdout+second.Stderr)
		}
	}
	s.wantCalls(12)
	s.says("token", strings.Repeat("y", 21000))
	for range 2 {
		if got := s.ask(call{Words: []string{"get-token", "--account=large"}}); got.Status != 0 || len(got.Stdout) < 21000 {
			t.Fatalf("%+v", got)
		}
	}
}

func TestTheFrontWritesNoSecretToDisk(t *testing.T) {
	s := newStage(t)
	s.ask(call{})
	s.ask(call{})
	filepath.Walk(s.home, func(path string, info os.FileInfo, _ error) error {
		if text, _ := os.ReadFile(path); !info.IsDir() && (strings.Contains(string(text), "first") || info.Mode().Perm() != 0o600) {
			t.Errorf("%s: %v %q", path, info.Mode(), text)
		}
		return nil
	})
}

func TestOurDigestIsSHA256(t *testing.T) {
	message := make([]byte, 5000)
	rand.Read(message)
	for length := range 300 {
		for _, part := range [][]byte{message[:length], message[:length*16]} {
			var got hexDigest
			hasher.start()
			hasher.write(string(part[:length/3]))
			hasher.write(string(part[length/3:]))
			hasher.finish(&got)
			if want := stdsha.Sum256(part); string(got[:]) != hex.EncodeToString(want[:])+"\x00" {
				t.Fatalf("%d bytes: %s", len(part), got)
			}
		}
	}
}

func TestTextsAreNotConfusedWhereTheyMeet(t *testing.T) {
	digestOf := func(texts ...string) (of hexDigest) {
		hasher.start()
		for _, each := range texts {
			hasher.add(each)
		}
		hasher.finish(&of)
		return of
	}
	if digestOf("ab", "c") == digestOf("a", "bc") || digestOf("a", "") == digestOf("a") {
		t.Fatal("two lists, one digest")
	}
}

// What runs before the runtime must not ask it for memory, nor for a larger stack.
func TestNothingOfAHitNeedsGosRuntime(t *testing.T) {
	early := []string{"early.go", "turn.go", "question.go", "index.go", "memo.go", "sha256.go", "kernel.go"}
	compile := exec.Command("go", "build", "-gcflags=-m", "-o", os.DevNull, ".")
	said, err := compile.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "can inline cut") {
		t.Fatalf("%v %s", err, said)
	}
	for line := range strings.SplitSeq(string(said), "\n") {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "./"), ":")
		if slices.Contains(early, name) && (strings.Contains(line, "escapes to heap") || strings.Contains(line, "moved to heap")) {
			t.Error(line)
		}
	}
	for _, name := range early {
		source := read(name)
		functions, nosplit := strings.Count(source, "\nfunc "), strings.Count(source, "\n//go:nosplit\nfunc ")
		if functions == 0 || functions != nosplit {
			t.Errorf("%s: %d functions, %d of them nosplit", name, functions, nosplit)
		}
	}
}

func TestExpiryIsReadAsTheTimePackageDoes(t *testing.T) {
	for range 2000 {
		want := rand.Int63n(4e9)
		text := `"expirationTimestamp":"` + time.Unix(want, 0).UTC().Format(time.RFC3339) + `"`
		if got := expiryOf(text); got != want {
			t.Fatalf("%s: %d, want %d", text, got, want)
		}
	}
	for _, text := range []string{"", `"expirationTimestamp":"`, `"expirationTimestamp":"2030-01-01T00:00:00+01:00"`, `"expirationTimestamp":null`} {
		if got := expiryOf(text); got != 0 {
			t.Fatalf("%s: %d", text, got)
		}
	}
}
