package main // check_record ENTRY PROOF KEYS: is the entry in a log of the key file?

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func must(ok bool, why string) {
	if !ok {
		fmt.Println("NOT OK:", why)
		os.Exit(1)
	}
}

func main() {
	must(len(os.Args) == 4, "usage: check_record ENTRY PROOF KEYS")
	var files [3]string // the entry, its proof, the keys
	for i := range files {
		data, err := os.ReadFile(os.Args[i+1])
		must(err == nil, "a file cannot be read")
		files[i] = string(data)
	}
	parts := strings.Split(files[1], "\n\n") // index and path, the checkpoint's text, its signatures
	must(len(parts) == 3, "the proof has not three parts")
	above, text := strings.Split(parts[0], "\n"), strings.Split(parts[1], "\n")
	must(above[0] == "c2sp.org/tlog-proof@v1" && len(above) > 1 && len(text) == 3, "form of the proof")
	index, err1 := strconv.ParseInt(strings.TrimPrefix(above[1], "index "), 10, 64)
	size, err2 := strconv.ParseInt(text[1], 10, 64)
	root, err3 := tlog.ParseHash(text[2])
	must(err1 == nil && err2 == nil && err3 == nil && 0 <= index && index < size, "form of index, size or root")
	signed, code := false, base64.StdEncoding.Strict()
	for _, line := range strings.Split(files[2], "\n") { // each log that you trust
		vkey := strings.SplitN(strings.TrimPrefix(line, "log "), "+", 3) // name, id, key
		if len(vkey) < 3 || vkey[0] != text[0] {
			continue
		}
		key, _ := code.DecodeString(vkey[2])
		must(len(key) == 33 && key[0] == 1, "form of the verifier key")
		for _, line := range strings.Split(parts[2], "\n") {
			sig, _ := code.DecodeString(strings.TrimPrefix(line, "— "+text[0]+" "))
			signed = signed || len(sig) == 68 && ed25519.Verify(key[1:], []byte(parts[1]+"\n"), sig[4:])
		}
	}
	must(signed, "no log of the key file signed the checkpoint")
	var path []tlog.Hash
	for _, line := range above[2:] {
		hash, err := tlog.ParseHash(line)
		must(err == nil, "form of the path")
		path = append(path, hash)
	}
	must(tlog.CheckRecord(path, size, root, index, tlog.RecordHash([]byte(files[0]))) == nil, "the entry is not in that tree")
	fmt.Printf("OK: entry %d of %d in %s\n", index, size, text[0])
}
