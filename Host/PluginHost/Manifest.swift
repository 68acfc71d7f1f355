import CHost
import Foundation
import RialtoText
import RialtoValues

/// What kind of plugin it is.
package enum PluginKind: String, Codable, CaseIterable, Sendable {
    case strategy, model, exchange
}

/// One plugin of a library, as its manifest describes it.
package struct PluginDescription: Codable, Equatable, Sendable {
    package let id: String
    package let kind: PluginKind
    package let version: String
    package let name: String
    package let summary: String
    package let author: String
    package let license: String
    package let parameters: [ParameterDefinition]
    /// Where it may ask over the network: `METHOD HOST PATH` each; nil when nowhere.
    package var requests: [String]?
}

extension PluginDescription {
    /// What publishes and is no plugin: a function of a bound library.
    package init(source id: String, version: String, name: String, summary: String, license: String)
    {
        self.init(
            id: id, kind: .model, version: version, name: name, summary: summary, author: "",
            license: license, parameters: [])
    }
}

/// A library's `manifest.json`, made from the binary by `rialto plugin manifest`.
package struct Manifest: Codable, Equatable, Sendable {
    /// Version of this format.
    package let manifest: Int
    /// File name of the library, in the same folder.
    package let file: String
    /// SHA-256 of the library, 64 hexadecimal digits.
    package let sha256: String
    package let abiMajorMin: UInt32
    package let abiMajorMax: UInt32
    package let abiMinor: UInt32
    package let language: String
    package let compiler: String
    package let plugins: [PluginDescription]
    /// What it is beside machine code; nil when it is nothing else.
    package var profile: PluginProfile?
    /// Libraries that are loaded before it: of the system by name, of its own files by path.
    package var preload: [String]?
    /// Engines that its plugins compute with, by name: loaded before it where they are installed.
    package var engines: [String]?
    /// SHA-256 of each file that comes with it, by path from its folder.
    package var files: [String: String]?

    /// What names the package: the library's SHA-256 where it stands alone, else that of the
    /// digests of the library and of all its files, 64 hexadecimal digits.
    package var digest: String {
        guard let files, !files.isEmpty else { return sha256 }
        let lines = files.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
        return SHA256.hex(Array((sha256 + "\n" + lines.joined()).utf8))
    }

    /// Name of the file that holds it.
    package static let fileName = "manifest.json"
    /// Largest manifest that is read, in bytes.
    static let sizeMax = 4 << 20

    /// The manifest as text with sorted keys, ending in a line feed.
    package func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Reads the manifest of a folder; nil when there is none.
    package static func read(folder: String) throws(PluginError) -> Manifest? {
        let path = folder + "/" + fileName
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard data.count <= sizeMax else {
            throw PluginError(path, .badManifest("it is larger than \(sizeMax) bytes"))
        }
        do {
            let manifest = try JSONDecoder().decode(Manifest.self, from: data)
            guard manifest.manifest == 1 else {
                throw PluginError(path, .badManifest("format \(manifest.manifest) is not known"))
            }
            guard !manifest.file.contains("/"), !manifest.file.isEmpty else {
                throw PluginError(
                    path, .badManifest("file name \(manifest.file) leaves its folder"))
            }
            return manifest
        } catch let error as PluginError {
            throw error
        } catch {
            throw PluginError(path, .badManifest("it is not a manifest in JSON"))
        }
    }
}

/// Why a plugin library is refused; each has a one-line reason.
package struct PluginError: Error, Equatable, Sendable {
    package enum Cause: Equatable, Sendable {
        case unreadable
        case note(NoteError)
        case noManifest
        case badManifest(String)
        case digest(found: String, expected: String)
        /// A file of its package is not as the manifest lists it, or is not listed.
        case file(isListed: Bool)
        /// An engine that it names is not what its table says, or does not load.
        case engine(String)
        /// It cannot train, or did not.
        case training(String)
        /// Its profile runs in a sandboxed worker only.
        case inProcess(PluginProfile)
        case noteDiffers(field: String, note: String, manifest: String)
        case abi(min: UInt32, max: UInt32, host: HostABI)
        /// It needs a later minor of a major that the host speaks.
        case minor(major: UInt32, needed: UInt32, host: HostABI)
        case compiler(found: String, expected: String)
        case load(String)
        case noEntry
        case entry(code: Int32, text: String)
        case badTable(String)
        /// - undescribed: Folders of the path with a library and no manifest.
        case missingPlugin(id: String, known: [String], undescribed: [String])
        case wrongKind(id: String, found: PluginKind, expected: PluginKind)
        case create(id: String, code: Int32, text: String)
        case parameter(id: String, ParameterError)
        /// Its worker could not be started, or ended before the instance was there.
        case worker(WorkerFault)
        /// No version with this digest is kept.
        case notKept(digest: String)
        /// A kept version is not what ran well; how it differs.
        case keptAltered(String)
        /// A kept version that others may write to.
        case writableByOthers
        /// Its package does not run any more.
        case quarantined(Quarantined)
    }

    /// File or plugin that it is about.
    package let subject: String
    package let cause: Cause

    init(_ subject: String, _ cause: Cause) {
        self.subject = subject
        self.cause = cause
    }

    /// One line: what was found and what is allowed.
    package var reason: String {
        switch cause {
        case .unreadable: "the file cannot be read"
        case .note(.notELF): "it is not an ELF shared library"
        case .note(.wrongMachine(let found)):
            "it was built for another machine (ELF machine \(found))"
        case .note(.truncated): "the file is cut short or damaged"
        case .note(.noNote): "it carries no Rialto note (see rialto/note.h)"
        case .noManifest: "there is no manifest.json beside it"
        case .badManifest(let why): "the manifest is not usable: \(why)"
        case .digest(let found, let expected):
            "the file was altered: its SHA-256 is \(found.prefix(16))..., the manifest says "
                + "\(expected.prefix(16))..."
        case .file(let isListed):
            isListed
                ? "the file was altered: its SHA-256 is not the manifest's"
                : "the file is not listed in the manifest of its package"
        case .training(let what): "it trains no model: \(what)"
        case .engine(let what): "an engine that it computes with is not usable: \(what)"
        case .inProcess(let profile):
            "a \(profile.rawValue) plugin runs in a sandboxed worker, not in the host's process"
        case .noteDiffers(let field, let note, let manifest):
            "note and manifest disagree on \(field): \(note) and \(manifest)"
        case .abi(let min, let max, let host):
            "it speaks ABI major \(min) to \(max), this host "
                + "\(host.majorMin) to \(host.majorMax)"
        case .minor(let major, let needed, let host):
            "it needs ABI \(major).\(needed) or later, this host speaks \(major).\(host.minor)"
        case .compiler(let found, let expected):
            "a Swift plugin in process needs the host's compiler (\(expected)), was \(found)"
        case .load(let text): "it does not load: \(text)"
        case .noEntry: "it does not export rialto_plugin_entry"
        case .entry(let code, let text): "its entry refused with \(code): \(text)"
        case .badTable(let what): "its table is not valid: \(what)"
        case .missingPlugin(let id, let known, let undescribed):
            "no plugin \(id) was found; known: \(known.joined(separator: ", "))"
                + (undescribed.isEmpty
                    ? ""
                    : "; without manifest.json: \(undescribed.joined(separator: ", "))")
        case .wrongKind(let id, let found, let expected):
            "\(id) is a \(found.rawValue), and a \(expected.rawValue) is needed"
        case .create(let id, let code, let text): "\(id) could not be created (\(code)): \(text)"
        case .parameter(let id, let error): "\(id): \(error.text)"
        case .worker(let fault): fault.reason
        case .notKept(let digest): "no version of it with digest \(digest) is kept"
        case .keptAltered(let how): "the kept version is not what ran well any more: \(how)"
        case .writableByOthers: "others may write to this folder of kept versions"
        case .quarantined(let entry):
            "it is in quarantine since \(UnixTime.text(entry.since_ns)): \(entry.reason)"
        }
    }

    /// The things that it is about, for who looks further.
    package var details: [HouseMessage.Detail] {
        var details = [HouseMessage.Detail("plugin", subject)]
        guard case .quarantined(let entry) = cause else { return details }
        details += [
            .init("digest", entry.digest), .init("instance", entry.instance),
            .init("run", entry.run),
        ]
        return entry.record.isEmpty ? details : details + [.init("crash", entry.record)]
    }

    /// The next step.
    package var help: String {
        switch cause {
        case .engine:
            "get the engine anew with: scripts/fetch-engines; what it needs of the system, with: "
                + "scripts/setup"
        case .training: "see draft/train.h of the PluginAPI, or train with --kind"
        case .inProcess: "run it sandboxed: rialto backtest RUN.yaml --sandbox"
        case .noManifest, .digest, .file, .noteDiffers, .badManifest:
            "rebuild it, then run: rialto plugin manifest FILE.so"
        case .minor: "update this host, or build the plugin against its PluginAPI"
        case .compiler: "build the plugin with the same Swift toolchain as the host"
        case .missingPlugin(_, _, let undescribed):
            undescribed.isEmpty
                ? "see what is there with: rialto plugin list"
                : "describe a library with: rialto plugin manifest FILE.so; "
                    + "see what is there with: rialto plugin list"
        case .parameter, .create: "see the parameters with: rialto plugin info ID"
        case .worker(let fault): fault.help
        case .notKept: "see what is with: rialto plugin versions ID"
        case .keptAltered:
            "take another with: rialto plugin rollback ID --to DIGEST, or the search path's again "
                + "with: rialto plugin rollback ID --undo"
        case .writableByOthers: "look at it, then: chmod go-w on it, and be its owner"
        case .quarantined(let entry):
            "mend it and build it anew"
                + (entry.record.isEmpty
                    ? "" : ", with the help of: rialto plugin replay \(entry.record)")
                + "; or let it run as it is: rialto plugin release \(entry.digest) --reason TEXT"
        default: "build the plugin against this host's PluginAPI"
        }
    }
}

extension ParameterError {
    /// What was found and what is allowed.
    package var text: String {
        switch self {
        case .unknown(let name, let known):
            "there is no parameter \(name); known: \(known.joined(separator: ", "))"
        case .missing(let name): "parameter \(name) has no default and was not given"
        case .malformed(let name, let found, let type):
            "parameter \(name) was \(found), which is no \(type.rawValue)"
        case .outOfRange(let name, let found, let low, let high, let unit):
            "parameter \(name) was \(found), allowed is \(low)...\(high)"
                + (unit.isEmpty ? "" : " " + unit)
        case .notAChoice(let name, let found, let choices):
            "parameter \(name) was \(found), allowed is \(choices.joined(separator: ", "))"
        }
    }
}

/// The versions of the contract that a host speaks.
package struct HostABI: Equatable, Sendable {
    package var majorMin: UInt32
    package var majorMax: UInt32
    /// Of the highest major.
    package var minor: UInt32

    package init(majorMin: UInt32, majorMax: UInt32, minor: UInt32) {
        self.majorMin = majorMin
        self.majorMax = majorMax
        self.minor = minor
    }

    /// What this host speaks.
    package static let current = HostABI(majorMin: 0, majorMax: 0, minor: 2)
    /// Version of the host.
    package static let version = "0.1.0"
    /// The C compiler that built it, which a Swift plugin in process must be of too.
    package static var compiler: String { String(cString: rialto_host_compiler()) }

    /// Such as 0-0.1: lowest and highest major, and the minor of the highest.
    package var text: String { "\(majorMin)-\(majorMax).\(minor)" }

    /// Whether it speaks one of the majors min...max.
    package func speaks(_ min: UInt32, _ max: UInt32) -> Bool { min <= majorMax && max >= majorMin }
}
