import Foundation
import Testing

/// A project as an older host wrote it, in which its author has worked since.
private struct OldProject {
    let folder: TemporaryFolder
    var home: String { folder.path + "/dip" }
    private var record: String { home + "/.rialto-project.json" }

    init(_ language: String) throws {
        folder = try TemporaryFolder()
        let made = try Shell.rialto(
            "plugin", "new", "com.example.dip", "--language", language, in: folder.path)
        try #require(made.status == 0, "\(made.error)")
    }

    func text(_ path: String) throws -> String {
        try String(contentsOfFile: home + "/" + path, encoding: .utf8)
    }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: home + "/" + path, atomically: false, encoding: .utf8)
    }

    /// Changes a file, as its author does.
    func change(_ path: String, _ from: String, _ to: String) throws {
        let text = try text(path)
        try #require(text.contains(from), "\(path) has no \(from)")
        try write(text.replacingOccurrences(of: from, with: to), to: path)
    }

    /// Makes a file as an older host had written it.
    func age(_ path: String, _ from: String, _ to: String) throws {
        let before = try digest(path)
        try change(path, from, to)
        let noted = try String(contentsOfFile: record, encoding: .utf8)
        try #require(noted.contains(before))
        try noted.replacingOccurrences(of: before, with: try digest(path))
            .write(toFile: record, atomically: false, encoding: .utf8)
    }

    func forgetRecord() throws { try FileManager.default.removeItem(atPath: record) }

    private func digest(_ path: String) throws -> String {
        let summed = try Shell.run("/usr/bin/env", ["sha256sum", path], in: home)
        return String(summed.out.prefix(64))
    }

    /// Every file with its digest.
    func contents() throws -> String {
        let all = "find . -type f -not -path './out/*' -print0 | sort -z | xargs -0 sha256sum"
        return try Shell.run("/bin/sh", ["-c", all], in: home).out
    }

    func upgrade(_ more: String...) throws -> Answer {
        let program = Shell.products + "/rialto"
        return try Shell.run(program, ["plugin", "upgrade", home] + more, in: "/")
    }
}

private let headers = "vendor/include/rialto/base.h"
private let minor = "#define RIALTO_ABI_MINOR 2u"

@Suite(.serialized) struct `rialto plugin upgrade` {
    private func worn() throws -> OldProject {
        let project = try OldProject("c")
        try project.age(headers, minor, "#define RIALTO_ABI_MINOR 0u")
        try project.age("vendor/exports.map", "rialto_plugin_entry", "rialto_old_entry")
        try project.age("build", "-Wl,-z,relro,-z,now ", "")
        try project.change("dip.c", "com.example.dip:", "com.example.dip, mine:")
        try project.change("test", "-O1", "-O2")
        try project.write("notes of its author\n", to: "vendor/notes.txt")
        return project
    }

    @Test func `says what is older, and changes nothing until it is told to`() throws {
        let project = try worn(), before = try project.contents()
        let shown = try project.upgrade()
        #expect(shown.status == 0, "\(shown.error)")
        for (path, action) in [
            (headers, "replace"), ("vendor/exports.map", "replace"), ("build", "replace"),
        ] {
            let line = shown.out.split(separator: "\n").first { $0.contains(path) }
            #expect(line?.hasPrefix(action) == true, "\(path): \(shown.out)")
        }
        #expect(shown.error.contains("ABI 0.0") && shown.error.contains("--apply"))
        #expect(!shown.out.contains("dip.c") && !shown.out.contains("notes.txt"))
        #expect(try project.contents() == before)
    }

    @Test(.enabled(if: Shell.has("cc")))
    func `replaces what is its own, and leaves what its author wrote`() throws {
        let project = try worn()
        let mine = try ["dip.c", "dip_test.c", "README.md", "test", "vendor/notes.txt"].map {
            ($0, try project.text($0))
        }
        let done = try project.upgrade("--apply")
        #expect(done.status == 0, "\(done.error)")
        for (path, text) in mine { #expect(try project.text(path) == text, "\(path)") }
        #expect(try project.text(headers).contains(minor))
        #expect(try project.text("vendor/exports.map").contains("rialto_plugin_entry"))
        #expect(try project.text("build").contains("-Wl,-z,relro,-z,now"))
        for step in ["test", "build"] {
            let answer = try Shell.run("/bin/sh", ["-c", "./\(step) 2>&1"], in: project.home)
            #expect(answer.status == 0, "\(step): \(answer.out)")
        }
        let again = try project.upgrade()
        #expect(again.error.contains("it is up to date"), "\(again.out)")
    }

    @Test func `writes the new file beside one that was changed by hand, once`() throws {
        let project = try OldProject("c")
        try project.age("test", "-Wpedantic", "")
        try project.change("test", "-O1", "-O3")
        let done = try project.upgrade("--apply")
        #expect(done.error.contains("test with test.new"), "\(done.error)")
        #expect(try project.text("test").contains("-O3"))
        #expect(try project.text("test.new").contains("-Wpedantic"))
        #expect(try project.upgrade().error.contains("it is up to date"))
    }

    @Test(arguments: ["c", "cpp", "rust", "swift"])
    func `knows a project of before there were records, and keeps its copies`(
        language: String
    ) throws {
        let project = try OldProject(language)
        let base = language == "swift" ? "vendor/PluginAPI/CRialto/include/rialto/base.h" : headers
        try project.change(base, minor, "#define RIALTO_ABI_MINOR 0u")
        try project.change("build", "relro", "norelro")
        try project.forgetRecord()
        let done = try project.upgrade("--apply")
        #expect(done.status == 0, "\(done.error)")
        #expect(done.error.contains("com.example.dip in \(language)"), "\(done.error)")
        #expect(try project.text(base).contains(minor))
        let old = base.replacingOccurrences(of: "vendor/", with: "vendor.old/")
        #expect(try project.text(old).contains("RIALTO_ABI_MINOR 0u"))
        #expect(try project.text("build").contains("norelro"))
        #expect(try !project.text("build.new").contains("norelro"))
        #expect(try project.upgrade().error.contains("it is up to date"))
    }

    @Test func `refuses a project that is newer than this host, and a folder that is none`() throws
    {
        let project = try OldProject("c")
        try project.change(headers, minor, "#define RIALTO_ABI_MINOR 9u")
        let newer = try project.upgrade("--apply")
        #expect(newer.status != 0 && newer.error.contains("ABI 0.9, this host's of 0.2"))
        let empty = try TemporaryFolder()
        let none = try Shell.rialto("plugin", "upgrade", empty.path)
        #expect(none.status != 0 && none.error.contains("holds no plugin project"))
    }
}
