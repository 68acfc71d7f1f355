import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoValidator
import Testing

/// Builds a plugin as an author does, outside of the repository: from copies of the headers.
private func build(
    _ source: HonestSource, _ flags: [String], in folder: ScratchFolder
) throws -> String {
    let api = repository.appendingPathComponent("PluginAPI").path
    let library = folder.path + "/libhonest.so", text = folder.path + "/honest.c"
    if !FileManager.default.fileExists(atPath: folder.path + "/include") {
        try FileManager.default.copyItem(
            atPath: api + "/CRialto/include", toPath: folder.path + "/include")
        try FileManager.default.copyItem(
            atPath: api + "/c/include/rialto/one_plugin.h",
            toPath: folder.path + "/include/rialto/one_plugin.h")
    }
    try Data(source.text.utf8).write(to: URL(fileURLWithPath: text))
    let result = try runProgram(
        [
            "cc", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden",
            "-I", folder.path + "/include", "-Wl,-z,relro,-z,now", "-Wl,--build-id",
            text, "-o", library,
        ] + flags)
    try #require(result.status == 0, "\(result.output)")
    return library
}

private func validate(
    _ path: String, without: Set<Int> = [], _ change: (inout Scope) -> Void = { _ in }
) throws -> Validation {
    var scope = Scope()
    change(&scope)
    return try Validation(
        path: path, without: without, scope: scope, settings: try PluginProbe.standardSettings())
}

/// Builds a library of a source in a folder of its own.
private func build(
    _ change: (inout HonestSource) -> Void, in folder: ScratchFolder
) throws -> String {
    var source = HonestSource()
    change(&source)
    return try build(source, [], in: folder)
}

/// Numbers of the checks that failed, and what they found.
private func failures(_ validation: Validation) -> [Int: String] {
    Dictionary(
        uniqueKeysWithValues: validation.results.filter { $0.outcome.word == "fail" }
            .map { ($0.check.number, $0.outcome.finding) })
}

@Suite(.serialized) struct `A bad plugin` {
    private func fails(_ bad: BadPlugin) throws {
        let scratch = try ScratchFolder()
        let found = failures(try validate(try build(bad.source, bad.flags, in: scratch)))
        #expect(found[bad.check] != nil, "\(bad.name)")
        #expect(
            Set(found.keys) == bad.consequences.union([bad.check]),
            "V\(bad.check) \(bad.name): \(found)")
    }

    @Test func `fails the check of its file that it is made for, and no other`() throws {
        for bad in badFiles { try fails(bad) }
    }

    @Test func `fails the check of loading that it is made for, and the declared ones`() throws {
        for bad in badLoads { try fails(bad) }
    }

    @Test func `fails the check of instances that it is made for, and the declared ones`() throws {
        for bad in badInstances { try fails(bad) }
    }

    @Test func `is not what its manifest says once a byte has changed`() throws {
        let scratch = try ScratchFolder()
        let library = try build(HonestSource(), [], in: scratch)
        try writeManifest(of: library)
        #expect(try validate(library).hasPassed)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: library))
        try file.seekToEnd()
        try file.write(contentsOf: Data([0]))
        try file.close()
        #expect(Set(failures(try validate(library)).keys) == [2])
    }

    @Test func `that asks for a newer libc is refused by name`() throws {
        let scratch = try ScratchFolder()
        let library = try build(HonestSource(), [], in: scratch)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: library))
        let old = Data("GLIBC_2.2.5\0".utf8), new = Data("GLIBC_2.99\0\0".utf8)
        let place = try #require(bytes.range(of: old))
        bytes.replaceSubrange(place, with: new)
        try bytes.write(to: URL(fileURLWithPath: library))
        let found = failures(try validate(library))
        #expect(Set(found.keys) == [11, 45])
        #expect(found[45]?.contains("GLIBC_2.99") == true)
    }

    @Test func `that takes its time for a row fails for that`() throws {
        let scratch = try ScratchFolder()
        let library = try build(
            { $0.row = "for (volatile int i = 0; i < 400000; i++) {}" }, in: scratch)
        let others = Set(Check.all.map(\.number)).subtracting([34])
        let found = failures(try validate(library, without: others))
        #expect(found[34]?.contains("1200 time groups take") == true, "\(found)")
    }

    @Test func `that is not what a second build is fails for that alone`() throws {
        let one = try ScratchFolder(), two = try ScratchFolder()
        let library = try build({ _ in }, in: one)
        let same = try build({ _ in }, in: two)
        #expect(try validate(library) { $0.rebuilt = same }.hasPassed)
        let other = try build({ $0.row = "self->calls += 2;" }, in: two)
        #expect(Set(failures(try validate(library) { $0.rebuilt = other }).keys) == [10])
    }

    @Test func `that chokes on a former version's state fails for that alone`() throws {
        let former = try ScratchFolder(), now = try ScratchFolder()
        let old = try build({ $0.written = "honest_t kept = *self; kept.calls = -5;" }, in: former)
        func outcome(_ loaded: String) throws -> Validation {
            let library = try build({ $0.loaded = loaded }, in: now)
            return try validate(library) { $0.previous = [old] }
        }
        #expect(try outcome("").hasPassed)
        #expect(try outcome("if (kept.calls < 0) return RIALTO_ERROR_STATE;").hasPassed)
        let bad = failures(try outcome("if (kept.calls < 0) return RIALTO_ERROR_PARAMETER;"))
        #expect(Set(bad.keys) == [43], "\(bad)")
        #expect(bad[43]?.contains("load answered -6") == true, "\(bad)")
        let crash = failures(try outcome("if (kept.calls < 0) *(volatile int *)8 = 1;"))
        #expect(Set(crash.keys) == [42, 43, 46], "\(crash)")
    }

    @Test func `that is an exchange and reads back what is not there fails for that`()
        throws
    {
        let paper = repository.appendingPathComponent("Plugins/Exchanges/Paper/paper.c")
        let source = try String(contentsOf: paper, encoding: .utf8)
        let end = "    *out_terms = terms;\n"
        try #require(source.contains(end))
        for (bad, finding) in [
            ("", ""), ("terms.quantity++;", "reads back as"),
            ("terms.side_place.offset = 60000;", "outside of its part"),
            (
                "static rialto_read_back_t kept;"
                    + " if (kept.client_id != terms.client_id) kept = terms; terms = kept;",
                "with another quantity in its bytes"
            ),
        ] {
            let scratch = try ScratchFolder()
            let library = scratch.path + "/libpaper.so"
            try Data(source.replacingOccurrences(of: end, with: bad + end).utf8)
                .write(to: URL(fileURLWithPath: scratch.path + "/paper.c"))
            let api = repository.appendingPathComponent("PluginAPI").path
            let result = try runProgram([
                "cc", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden",
                "-I", api + "/CRialto/include", "-I", api + "/c/include", "-Wl,-z,relro,-z,now",
                "-Wl,--build-id", scratch.path + "/paper.c", "-o", library,
            ])
            try #require(result.status == 0, "\(result.output)")
            let found = failures(try validate(library))
            #expect(Set(found.keys) == (bad.isEmpty ? [] : [47]), "\(bad): \(found)")
            #expect(bad.isEmpty || found[47]?.contains(finding) == true, "\(found)")
        }
    }

    @Test func `that is cut short, or no library, costs an error and no more`() throws {
        let scratch = try ScratchFolder()
        let library = try build(HonestSource(), [], in: scratch)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: library))
        for length in [0, 1, 63, 64, 200, 1000, 4096, bytes.count / 2, bytes.count - 1] {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: library))
            #expect(throws: Never.self) { _ = try validate(library) }
            if length < bytes.count / 2 { #expect(try !validate(library).hasPassed, "\(length)") }
        }
    }

    @Test func `is met by a check of every number that is listed`() {
        let met = Set((badFiles + badLoads + badInstances).map(\.check)).union([2, 10, 43, 45, 47])
        #expect(Set(Check.all.map(\.number)) == met)
    }
}

@Suite(.serialized) struct `The validator` {
    @Test func `passes a plugin that was built outside of the repository`() throws {
        let scratch = try ScratchFolder()
        let validation = try validate(try build(HonestSource(), [], in: scratch))
        #expect(failures(validation).isEmpty)
        let skipped = validation.results.filter { $0.outcome.word == "skip" }.map(\.check.number)
        #expect(skipped == [2, 10, 48, 43, 47])
    }

    @Test func `passes every bundled plugin`() throws {
        let folder = repository.appendingPathComponent(".build/plugins").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let libraries = names.sorted().map { "\(folder)/\($0)/lib\($0).so" }
            .filter { FileManager.default.fileExists(atPath: $0) }
        guard !libraries.isEmpty else {
            print("skipped: no bundled plugin is built; scripts/build-plugins builds them")
            return
        }
        for library in libraries {
            let found = failures(try validate(library))
            #expect(found.isEmpty, "\(library): \(found)")
        }
        print("validator: \(libraries.count) bundled plugins pass")
    }

    @Test func `leaves out a check by name, and says so`() throws {
        let scratch = try ScratchFolder()
        let library = try build(HonestSource(), ["-Wl,--build-id=none"], in: scratch)
        let validation = try validate(library, without: [9])
        let left = validation.results.first { $0.check.number == 9 }
        #expect(validation.hasPassed && left?.outcome == .skipped("excluded by name"))
        #expect(validation.certificate.line.contains("excluded by name"))
    }

    @Test func `certifies the same library with the same words`() throws {
        let scratch = try ScratchFolder()
        let library = try build(HonestSource(), [], in: scratch)
        let without: Set<Int> = [12]  // It says how long loading took
        let one = try validate(library, without: without).certificate.line
        #expect(try validate(library, without: without).certificate.line == one)
        #expect(one.contains("\"passed\":true") && one.contains("\"library_sha256\":\""))
    }

    @Test func `generates the same calls from the same seed, and names the one that went wrong`()
        throws
    {
        let scratch = try ScratchFolder()
        var source = HonestSource()
        source.batch = "if (self->calls == 5) *(volatile int *)8 = 1;"
        let library = try build(source, [], in: scratch)
        func finding(_ seed: UInt64, _ count: UInt64) throws -> String {
            let others = Set(Check.all.map(\.number)).subtracting([46])
            var scope = Scope()
            scope.generated = GeneratedCalls(seed: seed, count: count)
            let validation = try Validation(
                path: library, without: others,
                scope: scope,
                settings: try PluginProbe.standardSettings())
            return validation.results.first { $0.check.number == 46 }?.outcome.finding ?? ""
        }
        let found = try finding(3, 2000)
        #expect(found.contains("org.example.honest: on_batch, call "), "\(found)")
        #expect(found.contains("of seed 3: it crashed with SIGSEGV in "), "\(found)")
        #expect(try finding(3, 2000) == found && finding(4, 2000) != found)
        let number = try #require(
            found.split(separator: " ").compactMap { UInt64($0) }.first, "\(found)")
        #expect(try finding(3, number).contains("keep to the contract"))
        #expect(try finding(3, number + 1) == found)
    }

    @Test func `explains every check, and knows each by its name once`() {
        for check in Check.all {
            #expect(!check.reason.isEmpty && !check.reproduction.isEmpty && !check.fix.isEmpty)
            #expect(Check.named(check.name)?.number == check.number)
        }
        #expect(Set(Check.all.map(\.name)).count == Check.all.count)
        #expect(Check.named("V99") == nil && Check.named("x") == nil)
    }
}
