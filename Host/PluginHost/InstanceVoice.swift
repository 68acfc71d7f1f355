import Glibc
import RialtoValues

/// A line that a plugin wrote, made harmless: no control characters, at most
/// ``VoiceLine/sizeMax`` bytes.
package struct VoiceLine: Codable, Sendable, Equatable {
    /// By which way it came.
    package enum Source: String, Codable, Sendable {
        /// An intent of kind log.
        case intent
        /// The services' log.
        case log
        /// Standard output or error of its worker.
        case output
        /// The host's own remark.
        case host
    }

    /// Longest text, in bytes; what is longer is cut.
    package static let sizeMax = 1000

    /// When the host heard it, in Unix nanoseconds UTC.
    package let time_ns: Int64
    /// Time of the last event that the instance had been given; 0 before the first.
    package let event_ns: Int64
    package let instance: String
    package let plugin: String
    package let source: Source
    /// 1 error, 2 warning, 3 information, 4 debug; 0 none.
    package let level: UInt32
    package let text: String

    /// The lines of a text, made harmless.
    static func lines(_ bytes: some Collection<UInt8>) -> [String] {
        Array(bytes).split(separator: 0x0A, omittingEmptySubsequences: false).map(harmless)
    }

    /// Text without control characters, nor marks that turn the direction of writing.
    static func harmless(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: Array(bytes.prefix(sizeMax)), as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x09: " "
                    case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                        "?"
                    default: scalar
                    }
                }))
    }
}

/// What one instance says, on its way to the journal: at most so much, the last lines kept for the
/// record of a crash. Use it on the instance's thread.
final class InstanceVoice {
    /// The last lines.
    private(set) var recent: [VoiceLine] = []
    private let instance: String
    private let plugin: String
    private let journal: PluginJournal?
    private var budget = InstanceVoice.linesPerSecond
    private var second: Int64 = 0
    private var dropped = 0
    /// Output that has no line end yet.
    private var open: [UInt8] = []
    /// When the output was looked at, and the time of the last event by then.
    private var heard_ns: Int64 = 0
    private var last_ns: Int64 = 0

    /// Lines of one instance that are kept within one second; a bound on what a loop can write.
    static let linesPerSecond = 1000
    /// Lines that are kept for the record of a crash.
    static let recentMax = 100

    init(instance: String, plugin: String, journal: PluginJournal?) {
        self.instance = instance
        self.plugin = plugin
        self.journal = journal
    }

    /// The instance said something.
    func say(
        _ source: VoiceLine.Source, level: UInt32, _ text: some Collection<UInt8>, event_ns: Int64
    ) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if Int64(now.tv_sec) != second {
            second = Int64(now.tv_sec)
            budget = Self.linesPerSecond
            if dropped > 0 {
                let words =
                    "\(dropped) lines were left out: more than "
                    + "\(Self.linesPerSecond) in one second"
                dropped = 0
                keep(now, event_ns, .host, 2, Array(words.utf8))
            }
        }
        guard budget > 0 else {
            dropped += 1
            return
        }
        budget -= 1
        keep(now, event_ns, source, level, text)
    }

    private func keep(
        _ now: timespec, _ event_ns: Int64, _ source: VoiceLine.Source, _ level: UInt32,
        _ text: some Collection<UInt8>
    ) {
        let line = VoiceLine(
            time_ns: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec), event_ns: event_ns,
            instance: instance, plugin: plugin, source: source, level: level,
            text: VoiceLine.harmless(text))
        if recent.count == Self.recentMax { recent.removeFirst() }
        recent.append(line)
        journal?.add(line)
    }

    /// Takes over what a worker wrote to its output; the rest of a line waits for its end.
    func hear(output bytes: [UInt8], event_ns: Int64) {
        open += bytes
        while let end = open.firstIndex(of: 0x0A) {
            say(.output, level: 0, open[..<end], event_ns: event_ns)
            open.removeSubrange(...end)
        }
        if open.count > VoiceLine.sizeMax { finish() }
    }

    /// The output has ended: what is left of it is a line too.
    func finish() {
        guard !open.isEmpty else { return }
        say(.output, level: 0, open, event_ns: last_ns)
        open = []
    }
}

extension InstanceVoice {
    /// The voice of a sandboxed instance.
    convenience init(_ plan: InstancePlan) {
        self.init(
            instance: plan.request.instance, plugin: plan.request.pluginId,
            journal: plan.settings.journal)
    }

    /// Takes over what a worker has logged and written.
    func hear(_ worker: WorkerProcess) {
        for (level, text) in worker.takeLogLines() {
            say(.log, level: level, text, event_ns: last_ns)
        }
        hear(output: worker.takeOutput(), event_ns: last_ns)
    }

    /// The voice of an instance in process, whose last event is that of `view`.
    func notes(_ view: borrowing EventBatch) { last_ns = view.last_ns }

    /// An instance in process logged something.
    func say(_ level: UInt32, _ text: String) {
        say(.log, level: level, Array(text.utf8), event_ns: last_ns)
    }

    /// How often the output of a worker that answers is looked at, in nanoseconds.
    private static let pause_ns: Int64 = 20_000_000

    /// As ``hear(_:)`` after a batch, but no more often than is worth it.
    func hear(now worker: WorkerProcess, _ view: borrowing EventBatch) {
        hear(now: worker, at: view.last_ns)
    }

    /// As ``hear(_:)`` after a call about a time, or about the same as the one before.
    func hear(now worker: WorkerProcess, at time_ns: Int64?) {
        let now = WorkerProcess.now_ns()
        last_ns = time_ns ?? last_ns
        guard worker.hasLogged || now - heard_ns > Self.pause_ns else { return }
        heard_ns = now
        hear(worker)
    }

    /// Takes over the lines that are intents, from the `known`-th intent on.
    func hear(_ sink: borrowing IntentSink, from known: Int, _ view: borrowing EventBatch) {
        guard sink.intents.count > known, !sink.texts.isEmpty else { return }
        for intent in sink.intents[known...] where intent.kind == .log && intent.text >= 0 {
            let text = sink.texts[Int(intent.text)].text
            say(
                .intent, level: intent.reason, Array(text.utf8),
                event_ns: view.time_ns(at: Int(intent.row)))
        }
    }
}
