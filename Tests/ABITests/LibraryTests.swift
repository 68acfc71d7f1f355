import Foundation
import Testing

import RialtoPluginHost

// The libraries are built by scripts/build-plugins, which scripts/test runs before the tests.
@Suite(.enabled(if: !Project.libraries.isEmpty, "scripts/build-plugins was not run"))
struct `A built plugin` {
    @Test(arguments: Project.libraries)
    func `exports its entry and nothing else`(library: String) throws {
        let listed = try Project.run("nm", "-D", "--defined-only", library)
        let lines = listed.output.split(separator: "\n")
        // A lower-case type is bound locally: the linker lists it, nobody can link to it.
        let exported = lines.map { $0.split(separator: " ") }.filter { words in
            words.count == 3 && words[1].allSatisfy(\.isUppercase)
        }
        #expect(exported.map { $0[2] } == ["rialto_plugin_entry"])
    }

    @Test(arguments: Project.libraries)
    func `carries a note that is read without running it`(library: String) throws {
        let bytes = try #require(FileManager.default.contents(atPath: library))
        let note = try ELFNote.read([UInt8](bytes))
        let folder = URL(filePath: library).deletingLastPathComponent().lastPathComponent
        #expect(note.id == "org.rialto." + folder)
        #expect(note.abiMajorMin == 0 && note.abiMajorMax == 0 && note.abiMinor == 2)
        #expect(["c", "c++", "rust", "swift"].contains(note.language))
        #expect(!note.compiler.isEmpty)
    }

    @Test(arguments: Project.libraries)
    func `describes itself as its note does`(library: String) throws {
        let manifest = try PluginLibrary.describe(library)
        #expect(manifest.plugins.allSatisfy { !$0.summary.isEmpty && !$0.license.isEmpty })
    }
}
