import Foundation
import Testing

/// A folder with one plugin of this build, `name`, and its manifest.
private func shelf(_ name: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let home = folder.path + "/" + name
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
        atPath: Shell.products + "/lib\(name).so", toPath: home + "/lib\(name).so")
    #expect(try Shell.rialto("plugin", "manifest", home + "/lib\(name).so").status == 0)
    return folder
}

@Suite struct `rialto plugin list and info` {
    @Test func `name a plugin with its kind, language, tier and file`() throws {
        let folder = try shelf("grid")
        let answer = try Shell.rialto("plugin", "list", "--json", "--plugins", folder.path)
        let line = try #require(
            answer.out.split(separator: "\n").first { $0.contains(folder.path) })
        for fact in [
            "\"id\":\"org.rialto.grid\"", "\"kind\":\"strategy\"", "\"language\":\"swift\"",
            "\"tier\":\"sandboxed\"", "\"version\":\"1.0.0\"",
        ] { #expect(line.contains(fact), "\(fact) in \(line)") }
        #expect(answer.status == 0)
    }

    @Test func `describe parameters with type, range, default and unit`() throws {
        let folder = try shelf("technical")
        let answer = try Shell.rialto(
            "plugin", "info", "org.rialto.technical", "--plugins", folder.path)
        #expect(answer.status == 0)
        for text in ["model", "Apache-2.0", "horizon", "duration", "1h", "2...1000", "bars"] {
            #expect(answer.out.contains(text), "\(text)")
        }
        let json = try Shell.rialto(
            "plugin", "info", "org.rialto.technical", "--json", "--plugins", folder.path)
        #expect(json.out.split(separator: "\n").count == 12)
    }

    @Test func `say in one line why an altered library is refused`() throws {
        let folder = try shelf("dca")
        let file = try #require(
            FileHandle(forWritingAtPath: folder.path + "/dca/libdca.so"))
        try file.seekToEnd()
        try file.write(contentsOf: Data([0]))
        try file.close()
        let answer = try Shell.rialto("plugin", "list", "--plugins", folder.path)
        let line = try #require(
            answer.out.split(separator: "\n").first { $0.contains(folder.path) })
        #expect(line.contains("the file was altered"))
        let info = try Shell.rialto("plugin", "info", "org.rialto.dca", "--plugins", folder.path)
        #expect(info.status == 1 && info.error.hasPrefix("error: plugin refused: "))
    }

    @Test func `say that a library has no manifest yet`() throws {
        let folder = try shelf("dca")
        try FileManager.default.removeItem(atPath: folder.path + "/dca/manifest.json")
        let answer = try Shell.rialto("plugin", "list", "--plugins", folder.path)
        #expect(answer.out.contains("there is no manifest.json beside it"))
    }

    @Test func `say what is known when a plugin is not`() throws {
        let folder = try shelf("grid")
        let answer = try Shell.rialto("plugin", "info", "org.rialto.gird", "--plugins", folder.path)
        #expect(answer.status == 1)
        #expect(answer.error.contains("org.rialto.grid"))
    }
}
