import Foundation
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// A plugin with a file beside its library: each text is another version of it.
private func package(_ text: String, in scratch: ScratchFolder) throws -> (String, String) {
    let home = try installSource(rogueSource(""), name: "mine", in: scratch.path)
    try FileManager.default.createDirectory(
        atPath: home + "/files/deep", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: home + "/files/deep/table.txt"))
    try writeManifest(of: home + "/mine.so")
    return (home, try PluginFile(folder: home).manifest.digest)
}

private let id = "org.rialto.test.rogue"

@Suite(.serialized) struct `The shelf of versions that ran well` {
    @Test func `keeps a package whole, and knows when it first and last ran`() throws {
        let scratch = try ScratchFolder()
        let (home, digest) = try package("one", in: scratch)
        let shelf = VersionShelf(scratch.path + "/versions")
        for time in [5, 9] as [Int64] { #expect(shelf.keep(home, digest: digest, at: time)) }
        let kept = try #require(shelf.list().first)
        #expect(shelf.list().count == 1 && kept.digest == digest && kept.version(of: id) == "1.0.0")
        #expect(kept.firstRan_ns == 5 && kept.ranWell_ns == 9)
        try FileManager.default.removeItem(atPath: home)
        let file = try shelf.file(digest, of: id)
        #expect(file.manifest == kept.manifest)
        let text = try String(
            contentsOfFile: kept.folder + "/files/deep/table.txt", encoding: .utf8)
        #expect(text == "one")
    }

    @Test func `keeps nothing of what was altered since it ran`() throws {
        let scratch = try ScratchFolder()
        let (home, digest) = try package("one", in: scratch)
        let shelf = VersionShelf(scratch.path + "/versions")
        try Data("two".utf8).write(to: URL(filePath: home + "/files/deep/table.txt"))
        #expect(!shelf.keep(home, digest: digest, at: 1), "its manifest says otherwise")
        try writeManifest(of: home + "/mine.so")
        #expect(!shelf.keep(home, digest: digest, at: 1), "it is another version")
        #expect(shelf.list() == [])
        let left = try FileManager.default.contentsOfDirectory(atPath: shelf.folder)
        #expect(left == [])
    }

    @Test(arguments: ["files/deep/table.txt", "mine.so", "manifest.json"])
    func `gives out nothing that was altered where it is kept`(name: String) throws {
        let scratch = try ScratchFolder()
        let (home, digest) = try package("one", in: scratch)
        let shelf = VersionShelf(scratch.path + "/versions")
        shelf.keep(home, digest: digest, at: 1)
        let path = URL(filePath: try #require(shelf.list().first).folder + "/" + name)
        var bytes = try Data(contentsOf: path)
        // Of the manifest the digest of a file, of the others any byte.
        let at =
            name == "manifest.json"
            ? try #require(bytes.range(of: Data("table.txt\" : \"".utf8))).upperBound : 0
        bytes[at] = bytes[at] == 0x30 ? 0x31 : 0x30
        chmod(path.path, 0o600)
        try bytes.write(to: path)
        #expect(throws: PluginError.self) { try shelf.file(digest, of: id) }
    }

    @Test func `gives out nothing where others may write`() throws {
        let scratch = try ScratchFolder()
        let (home, digest) = try package("one", in: scratch)
        let shelf = VersionShelf(scratch.path + "/versions")
        shelf.keep(home, digest: digest, at: 1)
        chmod(shelf.folder, 0o777)
        do throws(PluginError) {
            _ = try shelf.file(digest, of: id)
            Issue.record("it was given out")
        } catch { #expect(error.cause == .writableByOthers) }
    }

    @Test func `keeps the last of one plugin, and never removes what is set back to`() throws {
        let scratch = try ScratchFolder()
        let shelf = VersionShelf(scratch.path + "/versions")
        var digests: [String] = []
        for number in 0..<VersionShelf.versionsMax + 3 {
            let (home, digest) = try package("\(number)", in: scratch)
            digests.append(digest)
            #expect(shelf.keep(home, digest: digest, at: Int64(number), pinned: [digests[0]]))
        }
        let kept = shelf.list().map(\.digest)
        #expect(kept == digests.suffix(VersionShelf.versionsMax).reversed() + [digests[0]])
    }
}
