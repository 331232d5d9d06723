//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// What the tests share: the front and a stand-in for main, built once, and clients that are processes of their own,
// since the front looks at who runs it. The keyring has a name of its own; without one these tests fail. With
// FRONT_TEST_ARCHIVE the front is that of an unpacked release archive, and the keyring the one that people use.

var bin string

func TestMain(m *testing.M) {
	if os.Getenv("FRONT_TEST_CLIENT") != "" {
		beClient()
		return
	}
	bin, _ = os.MkdirTemp("", "front-test")
	os.Chmod(bin, 0o755)
	// What a test reads is part of the key under which go test keeps its outcome; what the compiler reads below is not.
	sources, _ := filepath.Glob("*.[gs]*")
	for _, each := range append(sources, "testdata/main/main.go") {
		os.ReadFile(each)
	}
	build("./testdata/main", "kubectl-oidc-main", "")
	if archive := os.Getenv("FRONT_TEST_ARCHIVE"); archive != "" {
		install(filepath.Join(archive, "kubectl-oidc"), bin)
	} else {
		ringName = fmt.Sprint("kubectl-oidc test ", os.Getpid())
		build(".", "kubectl-oidc", "-E main.entry -X 'main.ringName="+ringName+"'")
	}
	install(filepath.Join(bin, "kubectl-oidc"), filepath.Join(bin, "without-main"))
	if keyctl(keyringID, userKeyring, 1, 0, 0) == 0 {
		fmt.Fprintln(os.Stderr, "these tests need the kernel's keyring (add_key, keyctl), which is forbidden here: allow both system calls, e.g. docker run --security-opt seccomp=unconfined")
		os.Exit(1)
	}
	status := m.Run()
	runtime.LockOSThread()
	keyctl(keyLink, userKeyring, processKeyring, 0, 0)
	if ring := findRing(); ring != 0 {
		keyctl(9, ring, userKeyring, 0, 0)
	}
	os.RemoveAll(bin)
	os.Exit(status)
}

func build(folder, name, flags string) {
	command := exec.Command("go", "build", "-trimpath", "-ldflags", flags, "-o", filepath.Join(bin, name), folder)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		panic(string(output))
	}
}

// install copies a program into a folder.
func install(program, folder string) {
	content, err := os.ReadFile(program)
	if err == nil {
		os.MkdirAll(folder, 0o755)
		err = os.WriteFile(filepath.Join(folder, filepath.Base(program)), content, 0o755)
	}
	if err != nil {
		panic(err)
	}
}

// call is one run of the front by a client. Brought is what an exec entry adds to the client's environment.
type call struct {
	Program string
	Words   []string
	Brought []string
	NoInfo  bool
	Wrapped bool
	NoRoom  bool // for Go's runtime, which reserves more than so many KiB when it starts
	Stdin   string
	Stdout  string
}

type result struct {
	Stdout, Stderr string
	Pid, Status    int
}

// order: what a client process does, all calls one after another.
type order struct {
	Calls             []call
	NewSession, NoKey bool
}

const execInfo = `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://a.example"}}}`

// beClient is kubectl's part. What it does to itself (session keyring, seccomp) is inherited by the front.
func beClient() {
	runtime.LockOSThread()
	var wanted order
	json.NewDecoder(os.Stdin).Decode(&wanted)
	if wanted.NewSession {
		keyctl(1, 0, 0, 0, 0)
	}
	if wanted.NoKey {
		forbidKeys()
	}
	var results []result
	for _, each := range wanted.Calls {
		results = append(results, each.run())
	}
	json.NewEncoder(os.Stdout).Encode(results)
}

func (c call) run() result {
	program := filepath.Join(bin, "kubectl-oidc")
	if c.Program != "" {
		program = c.Program
	} else if given := os.Getenv("FRONT_TEST_BIN"); given != "" {
		program = filepath.Join(given, "kubectl-oidc")
	}
	words := c.Words
	if words == nil {
		words = []string{"get-token", "--issuer-url=https://i.example"}
	}
	command := exec.Command(program, words...)
	if c.Wrapped || c.NoRoom {
		script := `"$0" "$@"; exit $?`
		if c.NoRoom {
			script = "ulimit -v 20000; " + script
		}
		command = exec.Command("/bin/sh", append([]string{"-c", script, program}, words...)...)
	}
	command.Env = append(os.Environ(), c.Brought...)
	if !c.NoInfo && !strings.Contains(strings.Join(c.Brought, "\n"), "KUBERNETES_EXEC_INFO=") {
		command.Env = append(command.Env, "KUBERNETES_EXEC_INFO="+execInfo)
	}
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(c.Stdin), &stdout, &stderr
	if c.Stdout != "" {
		command.Stdout, _ = os.OpenFile(c.Stdout, os.O_WRONLY, 0)
	}
	command.Run()
	status := command.ProcessState.Sys().(syscall.WaitStatus)
	code := status.ExitStatus()
	if status.Signaled() {
		code = 128 + int(status.Signal())
	}
	return result{stdout.String(), stderr.String(), command.ProcessState.Pid(), code}
}

// forbidKeys answers EPERM like Docker's default profile does.
func forbidKeys() {
	filter := []syscall.SockFilter{{Code: 0x20, K: 0}}
	for _, number := range []uint32{syscall.SYS_KEYCTL, syscall.SYS_ADD_KEY} {
		filter = append(filter, syscall.SockFilter{Code: 0x15, Jf: 1, K: number}, syscall.SockFilter{Code: 0x06, K: 0x50000 | uint32(syscall.EPERM)})
	}
	filter = append(filter, syscall.SockFilter{Code: 0x06, K: 0x7fff0000})
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	syscall.RawSyscall6(syscall.SYS_PRCTL, 38, 1, 0, 0, 0, 0)
	if _, _, err := syscall.RawSyscall(syscall.SYS_PRCTL, 22, 2, uintptr(unsafe.Pointer(&program))); err != 0 {
		panic(err)
	}
}

// stage is a home with an index, and a folder that says what the stand-in does.
type stage struct {
	t           *testing.T
	home, fake  string
	environment []string
	uid         int
}

func newStage(t *testing.T) *stage {
	forgetAll()
	s := &stage{t: t, home: t.TempDir(), fake: t.TempDir()}
	t.Cleanup(s.end)
	os.MkdirAll(s.home+"/.kube/kubectl-oidc", 0o700)
	os.WriteFile(s.index(), []byte("{}"), 0o600)
	s.says("token", "first")
	s.environment = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "FAKE=" + s.fake, "FRONT_TEST_CLIENT=1", "FRONT_TEST_BIN=" + bin, "SHLVL=3"}
	return s
}

// end waits for what the front left behind, which would look at the folder after the test took it away.
func (s *stage) end() {
	s.saysNoMore("block")
	until(s.t, "nobody works here any more", func() bool {
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		return !slices.ContainsFunc(files, func(file string) bool {
			return strings.Contains(read(file)+read(filepath.Dir(file)+"/environ"), s.home)
		})
	})
}

func (s *stage) index() string { return s.home + "/.kube/kubectl-oidc/index.json" }

func (s *stage) says(name, text string) {
	if err := os.WriteFile(filepath.Join(s.fake, name), []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) saysNoMore(name string) { os.Remove(filepath.Join(s.fake, name)) }

// client starts a client process of its own for these calls.
func (s *stage) client(wanted order) *exec.Cmd {
	text, _ := json.Marshal(wanted)
	self, _ := os.Executable()
	command := exec.Command(self)
	command.Env, command.Stdin, command.Stdout, command.Stderr = s.environment, bytes.NewReader(text), &bytes.Buffer{}, os.Stderr
	if s.uid != 0 {
		copied := filepath.Join(bin, "client")
		content, _ := os.ReadFile(self)
		os.WriteFile(copied, content, 0o755)
		command.Path = copied
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(s.uid), Gid: uint32(s.uid)}}
		command.Dir = "/"
	}
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	return command
}

func resultsOf(t *testing.T, command *exec.Cmd) []result {
	t.Helper()
	var results []result
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(command.Stdout.(*bytes.Buffer).Bytes(), &results); err != nil {
		t.Fatal(err)
	}
	return results
}

// ask is one call of a fresh client.
func (s *stage) ask(each call) result {
	s.t.Helper()
	return resultsOf(s.t, s.client(order{Calls: []call{each}}))[0]
}

type seen struct {
	Words, Environment, ParentEnvironment []string
	Pid, Parent                           int
	Wish, Asked                           string
}

// calls are the runs of the stand-in so far; lines are what it noted besides.
func (s *stage) calls() (calls []seen, lines []string) {
	text, _ := os.ReadFile(filepath.Join(s.fake, "calls"))
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var one seen
		if json.Unmarshal([]byte(line), &one) == nil {
			calls = append(calls, one)
		} else {
			lines = append(lines, line)
		}
	}
	return calls, lines
}

func (s *stage) wantCalls(number int) []seen {
	s.t.Helper()
	calls, _ := s.calls()
	if len(calls) != number {
		s.t.Fatalf("main was run %d times, want %d", len(calls), number)
	}
	return calls
}

// until waits for something that another process does.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// memoKeys are the memos in the keyring, without the notes.
func memoKeys() (keys []uintptr) {
	ids := make([]byte, 4096)
	size := keyctl(keyRead, findRing(), uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)), 0)
	notes := findNotes()
	for ; size >= 4; ids, size = ids[4:], size-4 {
		if key := uintptr(binary.NativeEndian.Uint32(ids)); key != notes {
			keys = append(keys, key)
		}
	}
	return keys
}

// age rewrites the only memo as if it were stored that many seconds ago, with a credential for so many seconds in all.
func age(t *testing.T, seconds, life, expiresIn int64) {
	t.Helper()
	keys := memoKeys()
	if len(keys) != 1 {
		t.Fatalf("%d memos, want 1", len(keys))
	}
	content := make([]byte, 8192)
	size := keyctl(keyRead, keys[0], uintptr(unsafe.Pointer(&content[0])), uintptr(len(content)), 0)
	credential := strings.SplitN(string(content[:size]), " ", 4)[3]
	aged := fmt.Sprintf("%d %d %d %s", clock(boottime)/1e9-seconds, life, clock(realtime)/1e9+expiresIn, credential)
	keyctl(keyUpdate, keys[0], uintptr(unsafe.Pointer(unsafe.StringData(aged))), uintptr(len(aged)), 0)
}
