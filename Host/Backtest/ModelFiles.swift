import Foundation
import RialtoConfiguration
import RialtoLearning
import RialtoPluginHost
import RialtoText
import RialtoValues

/// The files that a model of a run may read, and why they are refused.
///
/// A trained model is also refused where it would be asked about what it has learned from, unless
/// the run says `in_sample: true` among its parameters, and where it is out of date. So is what a
/// language model said of a past that it may have read.
struct ModelFiles {
    private(set) var files: [InstanceFile] = []
    private(set) var problems: [HouseMessage] = []
    /// Whether the run asks the model about what it has learned from, and says so.
    private(set) var isInSample = false
    private let run: RunFile
    private let place: ConfigPath
    private let entry: ModelEntry

    /// - Parameters:
    ///   - index: Of the model in the run.
    ///   - start_ns: The run's first instant; nil without any data.
    init(_ run: RunFile, _ index: Int, start_ns: Int64?) {
        self.run = run
        entry = run.models[index]
        place = ConfigPath("models").index(index).key("files")
        guard entry.files.count <= InstanceFile.countMax else {
            problems = [
                message(
                    place, "there were \(entry.files.count) files",
                    "name at most \(InstanceFile.countMax)")
            ]
            return
        }
        for file in entry.files { add(file, start_ns) }
    }

    private mutating func add(_ file: ParameterEntry, _ start_ns: Int64?) {
        let parts = file.text.split(separator: "#", maxSplits: 1).map(String.init)
        let path = run.document.resolved(parts.first ?? ""), place = place.key(file.name)
        do throws(HouseMessage) {
            let bytes = try TextFile.read(path, limit: InstanceFile.sizeMax)
            if parts.count == 2 { try check(bytes, digest: parts[1]) }
            if bytes.starts(with: Array("RIALTO-M".utf8)) {
                try check(model: bytes, start_ns)
            }
            if let said = Self.firstOpinion(bytes) { try check(said, start_ns) }
            files.append(InstanceFile(name: file.name, bytes: bytes))
        } catch {
            problems.append(message(place, error.summary, error.help))
        }
    }

    private func check(_ bytes: [UInt8], digest: String) throws(HouseMessage) {
        let found = SHA256.hex(bytes)
        guard digest.count >= 12, found.hasPrefix(digest) else {
            throw HouseMessage(
                "the file has digest \(found), and the run wants \(digest)",
                help: "give the file that was meant, or its digest with 12 digits or more")
        }
    }

    private mutating func check(model bytes: [UInt8], _ start_ns: Int64?) throws(HouseMessage) {
        let model: ModelFile
        do throws(ModelFileError) {
            model = try ModelFile(bytes: bytes)
        } catch {
            throw HouseMessage(error.text, help: "train it again with rialto model train")
        }
        guard let start_ns else { return }
        let isKnown = start_ns <= model.until_ns
        if isKnown { isInSample = true }
        guard !isKnown || isOpen else {
            throw HouseMessage(
                "the model has learned from \(UnixTime.text(model.from_ns)) until "
                    + "\(UnixTime.text(model.until_ns)), and the run begins at "
                    + UnixTime.text(start_ns),
                help: "begin the run later with from, or \(Self.opening)")
        }
        guard model.expires_ns == 0 || start_ns < model.expires_ns else {
            throw HouseMessage(
                "the model expired at \(UnixTime.text(model.expires_ns)), and the run begins at "
                    + UnixTime.text(start_ns), help: "train it again with later data")
        }
    }

    private static let opening =
        "say in_sample: true among its parameters: what it earns is then no evidence"

    /// Whether the run says that it may be asked about what it has learned from.
    private var isOpen: Bool {
        entry.parameters.contains { $0.name == "in_sample" && $0.text == "true" }
    }

    /// The first line of what `rialto llm opinions` wrote; nil of any other file.
    private static func firstOpinion(_ bytes: [UInt8]) -> LanguageRuns.Opinion? {
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }.prefix(65_536)
        return try? JSONDecoder().decode(LanguageRuns.Opinion.self, from: Data(line))
    }

    /// All lines are of one strategy, and so of one model.
    private mutating func check(
        _ said: LanguageRuns.Opinion, _ start_ns: Int64?
    ) throws(HouseMessage) {
        guard let start_ns else { return }
        if start_ns < said.knowledge_until_ns ?? .max { isInSample = true }
        guard !isOpen else { return }
        guard let until_ns = said.knowledge_until_ns else {
            throw HouseMessage(
                "nobody knows what the language model had read when it said this, and the run "
                    + "begins at \(UnixTime.text(start_ns))",
                help: "record it again with knowledge_until, the last day of the model's training "
                    + "data, or \(Self.opening)")
        }
        guard start_ns >= until_ns else {
            throw HouseMessage(
                "the language model has learned from what was written until "
                    + "\(UnixTime.text(until_ns)), and the run begins at "
                    + UnixTime.text(start_ns),
                help: "begin the run later with from, or \(Self.opening)")
        }
    }

    private func message(_ place: ConfigPath, _ text: String, _ help: String) -> HouseMessage {
        run.document.message(at: place, "file refused: \(text)", help: help)
    }
}
