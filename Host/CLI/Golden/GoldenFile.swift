import Foundation
import RialtoText

/// A golden file as parsed, with messages that name it.
struct GoldenFile {
    /// Largest file that is read, in bytes: several hundred times the largest in use.
    static let bytesMax = 256 << 20

    let path: String
    let root: [String: Any]
    private let bytes: Data

    init(_ path: String) throws(HouseMessage) {
        self.path = path
        bytes = Data(try TextFile.read(path, limit: Self.bytesMax))
        let parsed: Any
        do { parsed = try JSONSerialization.jsonObject(with: bytes) } catch {
            throw Self.broken(path, "it is not JSON")
        }
        guard let root = parsed as? [String: Any] else {
            throw Self.broken(path, "its outermost value is not an object")
        }
        self.root = root
    }

    /// Reads the file as a typed value.
    func decoded<Value: Decodable>(_ type: Value.Type) throws(HouseMessage) -> Value {
        do { return try JSONDecoder().decode(type, from: bytes) } catch {
            throw Self.broken(path, Self.reason(error))
        }
    }

    /// Recomputes the file.
    ///
    /// - Throws: ``HouseMessage``, which names the kinds there are when it is of none of them.
    func work() throws(HouseMessage) -> GoldenWork {
        for kind in GoldenKind.all {
            if let work = try kind.read(self) { return work }
        }
        let known = GoldenKind.all.map { $0.name + " (" + $0.shape + ")" }
        throw HouseMessage(
            "golden refused: the file is of no kind that can be recomputed",
            details: [
                .init("file", path), .init("found", Cell.printable(described)),
                .init("allowed", known.joined(separator: "; ")),
            ], help: "check the path; further kinds need a newer rialto")
    }

    /// The members of the file and of its output, for messages.
    private var described: String {
        let names = root.keys.sorted().prefix(10).joined(separator: ", ")
        guard let output = root["output"] as? [String: Any] else { return "members " + names }
        let below = output.keys.sorted().prefix(3).joined(separator: ", ")
        return "members \(names); output of \(below)" + (output.count > 3 ? ", …" : "")
    }

    private static func broken(_ path: String, _ reason: String) -> HouseMessage {
        HouseMessage(
            "golden refused: " + Cell.printable(reason), details: [.init("file", path)],
            help: "check the path, or restore the file from where it came")
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it cannot be read" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            return "the value at \(place(context.codingPath)) is not a number"
        case .keyNotFound(let key, let context):
            return "there is no \(place(context.codingPath + [key]))"
        @unknown default: return "it is not of this kind"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
