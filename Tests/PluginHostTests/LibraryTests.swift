import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// Why opening the plugin in `folder` fails; nil when it opens.
private func refusal(_ folder: String) -> PluginError.Cause? {
    do throws(PluginError) {
        _ = try PluginLibrary(folder: folder)
        return nil
    } catch { return error.cause }
}

private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

@Suite struct `A plugin library` {
    @Test func `opens with the manifest that is made of it`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let library = try PluginLibrary(folder: folder)
        #expect(library.manifest.plugins.map(\.id) == ["org.rialto.sma-cross"])
        #expect(
            library.manifest.plugins[0].parameters.map(\.name)
                == ["fast", "slow", "quantity", "waits"])
        #expect(try PluginLibrary.inspect(folder: folder) == library.manifest)
        let text = library.manifest.json()
        let again = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        #expect(again == library.manifest && again.json() == text)
    }

    @Test func `is refused before it is loaded when one byte of it was changed`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let file = folder + "/sma-cross.so", whole = try bytes(file)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<50 {
            var altered = whole
            altered[Int.random(in: 0..<whole.count, using: &random)] ^= 1
            try Data(altered).write(to: URL(fileURLWithPath: file), options: .atomic)
            guard case .digest(let found, let expected)? = refusal(folder) else {
                Issue.record("an altered library was not refused for its digest")
                return
            }
            #expect(found != expected)
        }
        #expect(PluginError.digestReason(of: folder)?.contains("was altered") == true)
    }

    @Test func `is refused without a manifest, or with one that is damaged`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let path = folder + "/" + Manifest.fileName, whole = try bytes(path)
        try FileManager.default.removeItem(atPath: path)
        #expect(refusal(folder) == .noManifest)
        try Data(whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: path))
        guard case .badManifest? = refusal(folder) else {
            Issue.record("half a manifest was accepted")
            return
        }
        let text = String(decoding: whole, as: UTF8.self)
        let leaving = text.replacingOccurrences(of: "\"sma-cross.so\"", with: "\"../sma-cross.so\"")
        try Data(leaving.utf8).write(to: URL(fileURLWithPath: path))
        guard case .badManifest? = refusal(folder) else {
            Issue.record("a manifest that leaves its folder was accepted")
            return
        }
    }

    @Test func `is refused when its note speaks another ABI, before any code runs`() throws {
        let scratch = try ScratchFolder()
        let source = rogueSource("").replacingOccurrences(
            of: "#include \"rialto/rialto.h\"",
            with:
                "#include \"rialto/rialto.h\"\n#undef RIALTO_ABI_MAJOR\n#define RIALTO_ABI_MAJOR 9u"
        )
        do {
            try installSource(source, name: "future", in: scratch.path)
            Issue.record("a library of ABI 9 was described")
        } catch let error as PluginError {
            #expect(error.cause == .abi(min: 9, max: 9, host: .current))
            #expect(error.reason.contains("ABI major 9 to 9, this host 0 to 0"))
        }
    }

    @Test func `is refused when it lacks the entry, the note, or a valid table`() throws {
        let scratch = try ScratchFolder()
        for (name, change, expected) in [
            (
                "hidden", ("rialto_result rialto_plugin_entry", "rialto_result other_entry"),
                "does not export"
            ),
            ("noteless", ("RIALTO_WRITE_NOTE", "//"), "no Rialto note"),
            (
                "empty", ("RIALTO_ABI_MINOR, 1, plugins", "RIALTO_ABI_MINOR, 0, plugins"),
                "0 plugins"
            ),
            ("small", ("{sizeof(rialto_library_t)", "{8"), "struct_size of the library is 8"),
            ("idle", (", .create = create", ""), "plugin 0 is incomplete"),
            ("refusing", ("*out_library = &library;", "return -7;"), "refused with -7"),
            ("other", ("TEXT(\"org.rialto.test.rogue\")", "TEXT(\"org.other\")"), "disagree on id"),
        ] {
            let source = rogueSource("").replacingOccurrences(of: change.0, with: change.1)
            do {
                try installSource(
                    source + "\nvoid *keep(void) { return (void *)create; }\n", name: name,
                    in: scratch.path)
                Issue.record("\(name) was accepted")
            } catch let error as PluginError {
                #expect(error.reason.contains(expected), "\(name): \(error.reason)")
            }
        }
    }

    @Test func `refuses parameters that it does not have or allow`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let library = try PluginLibrary(folder: folder)
        for (name, value, expected) in [
            ("fast", "0", "allowed is 1...4095"), ("fast", "ten", "no integer"),
            ("quick", "1", "known: fast, slow, quantity"), ("slow", "5", "fast is not below slow"),
        ] {
            do throws(PluginError) {
                _ = try StrategyInstance(
                    library,
                    InstanceRequest(
                        pluginId: "org.rialto.sma-cross", parameters: [(name, value)],
                        instruments: [sketchCoin()], indices: [0], seed: 1))
                Issue.record("\(name) = \(value) was accepted")
            } catch { #expect(error.reason.contains(expected), "\(error.reason)") }
        }
    }

    @Test func `is found by id, and an unknown id is told with those that are there`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let folders = PluginFolders(paths: [scratch.path])
        #expect(try folders.folder(of: "org.rialto.sma-cross") == folder)
        do throws(PluginError) {
            _ = try folders.folder(of: "org.rialto.none")
            Issue.record("a plugin that is not there was found")
        } catch {
            #expect(
                error.cause
                    == .missingPlugin(
                        id: "org.rialto.none", known: ["org.rialto.sma-cross"], undescribed: []))
        }
    }

    @Test(arguments: ["", "/sma-cross"])
    func `is asked for a manifest where its library has none`(path: String) throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        try FileManager.default.removeItem(atPath: folder + "/manifest.json")
        do throws(PluginError) {
            _ = try PluginFolders(paths: [scratch.path + path]).folder(of: "org.rialto.sma-cross")
            Issue.record("a library was taken that nothing describes")
        } catch {
            #expect(error.reason.contains("without manifest.json: \(folder)"), "\(error.reason)")
            #expect(error.help.contains("rialto plugin manifest FILE.so"), "\(error.help)")
        }
    }
}

extension PluginError {
    /// The reason for which the library in `folder` is refused.
    static func digestReason(of folder: String) -> String? {
        do throws(PluginError) {
            _ = try PluginLibrary(folder: folder)
            return nil
        } catch { return error.reason }
    }
}

@Suite struct `The note of a library` {
    @Test func `is read, or refused, from bytes that were cut, flipped and repeated`() throws {
        let scratch = try ScratchFolder()
        let source = repository.appendingPathComponent("Plugins/Strategies/SmaCross/sma_cross.c")
            .path
        let whole = try bytes(try buildPlugin(source, name: "sma-cross", in: scratch.path))
        let note = try ELFNote.read(whole)
        #expect(note.id == "org.rialto.sma-cross" && note.language == "c" && note.abiMajorMin == 0)
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            var file = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&file, using: &random) }
            _ = try? ELFNote.read(file)
        }
        for length in 0..<1200 { _ = try? ELFNote.read(Array(whole.prefix(length))) }
        #expect(throws: NoteError.notELF) { try ELFNote.read(Array("no library at all".utf8)) }
    }

    /// Headers are where it hurts: most changes fall into the first kilobyte.
    private func damage(_ file: inout [UInt8], using random: inout SeededGenerator) {
        guard file.count > 1 else { return }
        let reach = Int.random(in: 0..<3, using: &random) == 0 ? file.count : min(file.count, 1024)
        let place = Int.random(in: 0..<reach, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: file.removeSubrange(place...)
        case 1: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: file[place] = [0, 0x7F, 0x80, 0xFF][Int.random(in: 0..<4, using: &random)]
        default:
            let end = min(file.count, place + Int.random(in: 1...64, using: &random))
            file.insert(contentsOf: file[place..<end], at: place)
        }
    }
}
