import Foundation

/// What is known of one death of a worker, as it is kept: facts in JSON, beside them the library
/// and what the instance was told.
package struct CrashReport: Codable, Sendable, Equatable {
    /// A parameter as the run file gave it.
    package struct Parameter: Codable, Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// Version of this form.
    package var form = 1
    /// Names the record: the time and the plugin's last word.
    package let id: String
    /// When the worker was seen to be dead, in Unix nanoseconds UTC.
    package let time_ns: Int64
    /// Name of the instance in its run; may be empty.
    package let instance: String
    package let plugin: String
    package let version: String
    /// `strategy` or `model`.
    package let kind: String
    /// File name of its library.
    package let library: String
    package let sha256: String
    package let parameters: [Parameter]
    /// Instruments that it might use.
    package let instruments: [String]
    package let seed: UInt64
    /// One line: what it did.
    package let cause: String
    /// Name of the signal; empty without one.
    package let signal: String
    /// Where in the library, from its base; nil elsewhere.
    package let offset: UInt64?
    /// Who had called, innermost first.
    package let callers: [String]
    /// Why it was ended; empty when another worker took its place.
    package let ended: String
    /// Batches that were answered before.
    package let batches: Int
    /// Batches that are kept, with the one over which it died.
    package let kept: Int
    /// Why it cannot be run again; empty when it can.
    package let lost: String
    /// Host that wrote it.
    package let host: String
    /// The last lines that it wrote.
    package let lines: [VoiceLine]

    /// Reads a record's facts; nil when they are not in this form.
    package static func read(_ bytes: [UInt8]) -> CrashReport? {
        try? JSONDecoder().decode(CrashReport.self, from: Data(bytes))
    }

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8]((try? encoder.encode(self)) ?? Data()) + [0x0A]
    }
}
