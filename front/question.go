//go:build linux

package main

import (
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// asking is one request for a token. Its question is a digest of everything that main's answer depends on.
type asking struct {
	words, environment, client []string
	who                        string // process id and start time of the client, whose environment is client
	folder, index, question    string
}

// Where main looks for logins. Of the other variables that client and front share, a stored answer depends on none.
const places = " HOME DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME GNOME_KEYRING_CONTROL "

// askedHere is not ok where a memo may not or cannot answer, and main must.
func askedHere(words, environment []string) (asking, bool) {
	line, info := " "+strings.Join(words, " ")+" ", valueOf(environment, "KUBERNETES_EXEC_INFO")
	if info == "" || valueOf(environment, "KUBECTL_OIDC_MEMO") == "off" ||
		valueOf(environment, "KUBECTL_OIDC_TOKEN_STORE") == "none" ||
		strings.Contains(line, " --token-store none ") || strings.Contains(line, " --token-store=none ") {
		return asking{}, false
	}
	who, client := clientAbove(info)
	asked := ask(words, environment, client)
	asked.who = who
	return asked, who != "" && asked.index != ""
}

// ask puts the question that the words, the files they name, our settings, what an exec entry brought into this
// environment that the client itself does not have, and the index make together.
func ask(words, environment, client []string) asking {
	folder := folderOf(environment)
	texts := append(make([]string, 0, 128), "memo 1", indexState(folder)) // room saves a hit the growing
	for _, word := range words {
		_, value, _ := strings.Cut(word, "=")
		texts = append(texts, word, stateOf(word), stateOf(value))
	}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		ours := strings.HasPrefix(name, "KUBECTL_OIDC_") || strings.Contains(places, " "+name+" ")
		if brought := !slices.Contains(client, entry); brought {
			texts = append(texts, "brought", entry, stateOf(value))
		} else if ours {
			texts = append(texts, "shared", entry, stateOf(value))
		}
	}
	return asking{words, environment, client, "", folder, texts[1], digestOf(texts...)}
}

// digestOf differs for every two lists of texts: each text has its length before it.
func digestOf(texts ...string) string {
	all := make([]byte, 0, 16384)
	for _, text := range texts {
		all = append(append(strconv.AppendInt(all, int64(len(text)), 10), ':'), text...)
	}
	return sha256(all)
}

// clientAbove finds who asks like main does: the nearest ancestor that was not itself started with this exec info.
func clientAbove(info string) (string, []string) {
	for pid, depth := strconv.Itoa(syscall.Getppid()), 0; depth < 16 && pid != "1"; depth++ {
		stat, environment := readFile("/proc/"+pid+"/stat"), readFile("/proc/"+pid+"/environ")
		fields := strings.Split(stat[strings.LastIndex(stat, ")")+1:], " ")
		if len(fields) < 21 || environment == "" {
			break
		}
		if client := split(environment); !slices.Contains(client, "KUBERNETES_EXEC_INFO="+info) {
			return pid + " " + fields[20], client
		}
		pid = fields[2]
	}
	return "", nil
}

func split(text string) []string { return strings.Split(strings.TrimSuffix(text, "\x00"), "\x00") }

func valueOf(environment []string, name string) string {
	for _, entry := range environment {
		if key, value, _ := strings.Cut(entry, "="); key == name {
			return value
		}
	}
	return ""
}

// folderOf is main's rule for our folder.
func folderOf(environment []string) string {
	if folder := valueOf(environment, "KUBECTL_OIDC_HOME"); folder != "" {
		return folder
	}
	return valueOf(environment, "HOME") + "/.kube/kubectl-oidc"
}

// indexState changes whenever a login does; "" where there is no index.
func indexState(folder string) string {
	if index := stateOf(folder + "/index.json"); index != "" {
		return stateOf(folder) + index
	}
	return ""
}

// stateOf changes with the content of the file, whose writers replace it, and with its owner and mode; "" without one.
func stateOf(path string) string {
	var of syscall.Stat_t
	if path == "" || syscall.Stat(path, &of) != nil {
		return ""
	}
	numbers := []int64{int64(of.Mode), int64(of.Uid), int64(of.Dev), int64(of.Ino), of.Size, of.Mtim.Nano(), of.Ctim.Nano()}
	if of.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		numbers = numbers[:4]
	}
	text := make([]byte, 0, 128)
	for _, number := range numbers {
		text = append(strconv.AppendInt(text, number, 10), ' ')
	}
	return string(text)
}
