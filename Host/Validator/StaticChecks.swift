import RialtoPluginHost

/// Checks that read the file and run none of its code.
struct StaticChecks {
    let bytes: [UInt8]
    let image: ELFImage
    /// The note, or why it cannot be read.
    let note: Result<PluginNote, NoteError>
    /// `manifest.json` beside the library, where there is one.
    let manifest: Manifest?

    init(_ bytes: [UInt8], manifest: Manifest?) throws(ImageError) {
        self.bytes = bytes
        self.manifest = manifest
        image = try ELFImage(bytes)
        do throws(NoteError) { note = .success(try ELFNote.read(bytes)) } catch {
            note = .failure(error)
        }
    }

    /// The outcome of static check `number`; nil when it is none.
    func outcome(_ number: Int) throws(ImageError) -> Outcome? {
        switch number {
        case 1: file()
        case 2: sameAsManifest()
        case 3: try oneExport()
        case 4: try hardened()
        case 5: staticStorage()
        case 6: try libraries()
        case 7: try imports()
        case 8: try constructors()
        case 9: try papers()
        case 45: try baseline()
        case 48: module()
        default: nil
        }
    }

    private func file() -> Outcome {
        guard image.fileType == 3 else {
            return .failed("it is an ELF file of type \(image.fileType), expected is 3, a library")
        }
        switch note {
        case .failure(.wrongMachine(let machine)):
            return .failed("it is built for machine \(machine), this host is another")
        case .failure: return .failed("it has no readable Rialto note")
        case .success(let note):
            let range = "\(note.abiMajorMin)-\(note.abiMajorMax).\(note.abiMinor)"
            guard HostABI.current.speaks(note.abiMajorMin, note.abiMajorMax) else {
                return .failed(
                    "its note says ABI \(range), this host speaks "
                        + "\(HostABI.current.majorMin)-\(HostABI.current.majorMax)")
            }
            return .passed("\(note.id) \(note.version), \(note.language), ABI \(range)")
        }
    }

    private func sameAsManifest() -> Outcome {
        guard let manifest else { return .skipped("there is no manifest.json beside it") }
        guard case .success(let note) = note else { return .failed("it has no readable note") }
        let digest = SHA256.hex(bytes)
        guard digest == manifest.sha256 else {
            return .failed("its SHA-256 is \(digest), the manifest says \(manifest.sha256)")
        }
        let first = manifest.plugins.first
        for (field, found, said) in [
            ("id", note.id, first?.id ?? ""), ("version", note.version, first?.version ?? ""),
            ("language", note.language, manifest.language),
            ("lowest major", "\(note.abiMajorMin)", "\(manifest.abiMajorMin)"),
            ("highest major", "\(note.abiMajorMax)", "\(manifest.abiMajorMax)"),
        ] where found != said {
            return .failed("its note says \(field) \(found), the manifest \(said)")
        }
        return .passed("digest, id, version and ABI agree")
    }

    private func oneExport() throws(ImageError) -> Outcome {
        let names = try image.symbols().filter(\.isExported).map(\.name)
        guard names == ["rialto_plugin_entry"] else {
            let others = names.filter { $0 != "rialto_plugin_entry" }
            return .failed(
                others.isEmpty
                    ? "it does not export rialto_plugin_entry"
                    : "it exports \(others.count) more: " + others.shortList)
        }
        return .passed("rialto_plugin_entry and nothing else")
    }

    private func hardened() throws(ImageError) -> Outcome {
        var wrong: [String] = []
        for path in try image.names(15) + image.names(29) {
            let outside = path.split(separator: ":").filter { !$0.hasPrefix("$ORIGIN") }
            if !outside.isEmpty { wrong.append("it searches libraries in \(outside[0])") }
        }
        let flags = image.value(30) ?? 0, more = image.value(0x6fff_fffb) ?? 0
        if image.value(22) != nil || flags & 4 != 0 { wrong.append("its code is relocated") }
        let stack = image.segments.first { $0.type == 0x6474_e551 }
        if stack.map({ $0.flags & 1 != 0 }) ?? true { wrong.append("its stack is executable") }
        let isNow = flags & 8 != 0 || more & 1 != 0 || image.value(24) != nil
        let isReadOnly = image.segments.contains { $0.type == 0x6474_e552 }
        if !isNow || !isReadOnly { wrong.append("it has no full RELRO") }
        if image.segments.contains(where: { $0.type == 1 && $0.flags & 3 == 3 }) {
            wrong.append("a segment is writable and executable")
        }
        return wrong.isEmpty
            ? .passed("full RELRO, no executable stack, no writable code")
            : .failed(wrong.joined(separator: ", "))
    }

    private func staticStorage() -> Outcome {
        (image.value(30) ?? 0) & 16 != 0
            ? .failed("it uses static thread-local storage, of which a process has little")
            : .passed("no static thread-local storage")
    }

    /// Whether an interpreter is part of it.
    var isPython: Bool {
        if case .success(let note) = note { note.language == "python" } else { false }
    }

    private func libraries() throws(ImageError) -> Outcome {
        let needed = try image.names(1)
        let others = needed.filter { !PlatformLibraries.has($0, isPython: isPython) }
        guard others.isEmpty else { return .failed("it needs \(others.shortList)") }
        guard !needed.isEmpty else { return .passed("it needs none") }
        let functions = try mathematics()
        return .passed(
            needed.shortList
                + (functions.isEmpty
                    ? "" : "; of libm \(functions.shortList), whose bits differ between versions"))
    }

    /// Functions of the C library's mathematics that it calls and that are not exact by standard.
    private func mathematics() throws(ImageError) -> [String] {
        try image.symbols().filter { !$0.isDefined && Self.inexact.contains($0.name) }.map(\.name)
    }

    private static let inexact: Set<String> = [
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "erf",
        "erfc", "exp", "exp10", "exp2", "expm1", "hypot", "lgamma", "log", "log10", "log1p",
        "log2", "pow", "sin", "sincos", "sinh", "tan", "tanh", "tgamma", "expf", "logf", "powf",
        "sinf", "cosf", "tanf", "tanhf",
    ]

    /// Two Swift libraries with modules of one name confuse the runtime of one process: the id is
    /// unique, and so is what is made of it.
    private func module() -> Outcome {
        guard case .success(let note) = note else { return .skipped("it has no readable note") }
        guard note.language == "swift" else { return .skipped("it is not of Swift") }
        let name = note.id.split { $0 == "." || $0 == "-" || $0 == "_" }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        // The runtime's own description of a module ends in its name as text of C.
        return bytes.contains(Array(name.utf8) + [0])
            ? .passed(name)
            : .failed("it has no module \(name), which its id \(note.id) asks for")
    }

    private func imports() throws(ImageError) -> Outcome {
        let asked = try image.symbols().filter { !$0.isDefined }.map(\.name)
        let forbidden = asked.filter(Self.isForbidden)
        return forbidden.isEmpty
            ? .passed("\(asked.count) imports, none of them beyond computing")
            : .failed("it imports \(forbidden.shortList)")
    }

    private static func isForbidden(_ name: String) -> Bool {
        Self.forbidden.contains(name) || name.hasPrefix("exec") || name.hasPrefix("posix_spawn")
            || name.hasPrefix("inotify_") || name.hasPrefix("epoll_")
    }

    /// What only a plugin calls that does more than compute. Files and clocks that languages' own
    /// runtimes import without a call are stopped by the worker's walls instead.
    private static let forbidden: Set<String> = [
        "fork", "vfork", "clone", "clone3", "system", "popen", "ptrace", "process_vm_readv",
        "process_vm_writev", "dlopen", "dlmopen", "setuid", "setgid", "setreuid", "setresuid",
        "setresgid", "setgroups", "seteuid", "setegid", "capset", "chroot", "mount", "umount",
        "umount2", "unshare", "setns", "pivot_root", "socket", "socketpair", "connect", "bind",
        "listen", "accept", "accept4", "send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg",
        "getaddrinfo", "gethostbyname", "pthread_create", "thrd_create", "kill", "tgkill",
        "killpg", "signal", "sigaction", "sigprocmask", "alarm", "setitimer", "timer_create",
        "setenv", "putenv", "unsetenv", "clearenv", "chdir", "fchdir", "setlocale", "umask",
        "fopen", "fopen64", "creat", "unlink", "rename", "mkdir", "rmdir", "mkstemp", "shm_open",
        "memfd_create", "sleep", "usleep", "nanosleep", "time", "gettimeofday", "exit", "_exit",
        "_Exit", "quick_exit", "personality", "prctl", "setrlimit", "sched_setaffinity",
    ]

    private func constructors() throws(ImageError) -> Outcome {
        let indirect =
            try image.symbols().filter(\.isIndirect).map(\.name)
            + image.relocations().filter { [37, 1032].contains($0.type) }.map { _ in "IRELATIVE" }
        guard indirect.isEmpty else {
            return .failed("code runs to find addresses: \(indirect.shortList)")
        }
        let list = try image.constructors(), names = try image.localNames()
        let known = list.compactMap { names[$0] }
        let own = known.filter { name in !Self.ofToolchain.contains { name.contains($0) } }
        guard own.isEmpty else { return .failed("code runs on loading: \(own.shortList)") }
        guard list.count - known.count <= Self.namelessMax else {
            return .failed("\(list.count) functions without a name run on loading")
        }
        return .passed(
            "\(list.count) run on loading" + (known.isEmpty ? "" : ": \(known.shortList)"))
    }

    /// What compilers and their runtimes put there themselves.
    private static let ofToolchain = [
        "frame_dummy", "register_tm_clones", "swift_image_constructor", "ARGV_INIT_ARRAY",
    ]
    /// A stripped library's own: the one of the C start files and that of its language.
    private static let namelessMax = 2

    private func papers() throws(ImageError) -> Outcome {
        guard try image.notes().contains(where: { $0.owner == "GNU" && $0.type == 3 }) else {
            return .failed("it has no build id by which its debug symbols are found")
        }
        guard let manifest else { return .passed("a build id; the license is read in V20") }
        let bare = manifest.plugins.filter { $0.license.isEmpty }.map(\.id)
        return bare.isEmpty
            ? .passed("a build id and \(manifest.plugins.map(\.license).shortList)")
            : .failed("no license for \(bare.shortList)")
    }

    /// Highest versions of Debian 12.
    private static let highest: [(family: String, version: [Int])] = [
        ("GLIBC_", [2, 36]), ("GLIBCXX_", [3, 4, 30]), ("CXXABI_", [1, 3, 13]),
        ("GCC_", [12, 0, 0]),
    ]

    private func baseline() throws(ImageError) -> Outcome {
        let asked = try image.versions()
        if asked.contains("GLIBC_PRIVATE") { return .failed("it uses private parts of libc") }
        var found: [String] = []
        for (family, most) in Self.highest {
            let versions = asked.filter { $0.hasPrefix(family) }.map { name in
                (name, name.dropFirst(family.count).split(separator: ".").compactMap { Int($0) })
            }
            guard let top = versions.max(by: { $0.1.lexicographicallyPrecedes($1.1) }) else {
                continue
            }
            guard !most.lexicographicallyPrecedes(top.1) else {
                let limit = most.map(String.init).joined(separator: ".")
                return .failed("it asks for \(top.0), the platform has \(family)\(limit)")
            }
            found.append(top.0)
        }
        return .passed(found.isEmpty ? "no versioned symbols" : "highest: " + found.shortList)
    }
}

extension [String] {
    /// The first six and how many more.
    var shortList: String {
        prefix(6).joined(separator: ", ") + (count > 6 ? " and \(count - 6) more" : "")
    }
}
