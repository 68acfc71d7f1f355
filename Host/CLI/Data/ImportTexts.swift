import Glibc
import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto data import-texts FILE...`: feeds and posts from files into a series of texts.
enum ImportTexts {
    static let command = Command(
        "import-texts", "bring news or posts from files into the data folder",
        discussion:
            "A file is RSS, Atom or JSON Feed, or has a post on each line, a JSON object with the\n"
            + "keys id, source, author, title, text, time and received (ISO 8601), instruments\n"
            + "(a list of names). It may be gzip. Texts of HTML lose their tags.\n\n"
            + "An item is known --delay after it says that it was published, or changed, or when\n"
            + "it says that it was received. --received says instead when the whole file was.\n"
            + "Items whose time cannot be read are known when the file was last written; that is\n"
            + "told. What is there already is left out; an item that says something else than\n"
            + "before under its id is another row, from its own time on. Rows that are there\n"
            + "are never changed.\n\n"
            + "Texts are written by strangers: whoever reads them takes them as text, never as\n"
            + "an instruction. A body has at most \(TextLimits.body >> 10) KiB.",
        arguments: [
            Argument(
                "file", .file([".xml", ".rss", ".atom", ".json", ".jsonl", ".gz"]),
                "what to import", repeats: true)
        ],
        options: [
            Option("to", .text("NAME"), "series of texts that they are added to"),
            Option(
                "instrument", .text("NAME"), "what all of them are about; else --topic or none",
                repeats: true),
            Option(
                "topic", .text("NAME=WORD,..."),
                "items with one of the words are about that instrument", repeats: true),
            Option("source", .text("NAME"), "name of the feed where the file has none"),
            Option(
                "delay", .text("LENGTH"), "from publication until it could be known",
                standard: "1m"),
            Option("received", .text("TIME"), "when the files were received"),
            DataFolder.option,
        ],
        examples: [
            Example(
                "rialto data import-texts news.xml --to news --topic BTC/USD=bitcoin,btc",
                "an RSS feed"),
            Example("rialto data import-texts posts.jsonl.gz --to posts", "posts"),
        ],
        body: run)

    @Sendable private static func run(
        _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        guard let name = invocation.text("to") else {
            throw HouseMessage.wrongCall(
                "import-texts needs --to", help: "name the series of texts, such as --to news")
        }
        let topics =
            try invocation.texts("topic").map(topic)
            + invocation.texts("instrument").map { .init(instrument: $0, words: []) }
        let received = try invocation.time("received")
        let delay_ns = try invocation.length("delay") ?? 60_000_000_000
        var items: [TextItem] = [], report = TextIntake.Report()
        for path in invocation.texts("file") {
            let bytes = try ByteInput(path: path).all(atMost: TextLimits.document)
            let document = try TextDocument.read(bytes, name: path)
            let known =
                received.map { TextIntake.Known.received($0) }
                ?? .published(delay_ns: delay_ns, otherwise: written_ns(path))
            var intake = TextIntake(
                known: known, topics: topics, source: invocation.text("source") ?? "")
            for entry in document.entries { items += intake.items(entry) }
            report.add(intake.report)
            tell(intake.report, document.form, path, console)
        }
        let done = try DataFolder.history(invocation).append(items, to: name)
        Facts(TextFacts.facts(name, report, done)).print(to: console)
        return .done
    }

    /// What says which instrument items with certain words are about.
    static func topic(_ text: String) throws(HouseMessage) -> TextIntake.Topic {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let words = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
        guard parts.count == 2, !words.isEmpty else {
            throw .wrongCall(
                "--topic was \"\(text)\"; allowed is an instrument and words",
                help: "such as --topic BTC/USD=bitcoin,btc")
        }
        return TextIntake.Topic(instrument: parts[0], words: words)
    }

    /// When a file was last written, Unix nanoseconds UTC; 0 where that is not known.
    private static func written_ns(_ path: String) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return Int64(status.st_mtim.tv_sec) * UnixTime.second + Int64(status.st_mtim.tv_nsec)
    }

    private static func tell(
        _ report: TextIntake.Report, _ form: TextDocument.Form, _ path: String, _ console: Console
    ) {
        console.note("found: \(report.entries) items of \(form.rawValue) in \(path)")
        if report.undated > 0 {
            console.note(
                "found: \(report.undated) without a time that can be read: known from when the "
                    + "file was received or last written")
        }
        if report.cut > 0 { console.note("found: \(report.cut) that were too long and are cut") }
        if report.empty > 0 {
            console.note("found: \(report.empty) without title and text, left out")
        }
    }
}

extension TextIntake.Report {
    /// Adds what was found in another document.
    mutating func add(_ other: TextIntake.Report) {
        entries += other.entries
        undated += other.undated
        cut += other.cut
        empty += other.empty
        strange += other.strange
    }
}

/// Facts about texts as several commands show them.
enum TextFacts {
    static func facts(
        _ name: String, _ report: TextIntake.Report, _ done: TextAppend
    ) -> [SeriesFacts.Fact] {
        [
            (.init("series"), .text(name)), (.init("kind"), .text("texts")),
            (.init("items"), .count(report.entries)), (.init("added"), .count(done.added)),
            (.init("changed", "of those changed"), .count(done.changed)),
            (.init("repeated"), .count(done.repeated)),
            (.init("undated", "without a time"), .count(report.undated)),
            (.init("cut"), .count(report.cut)),
            (.init("empty", "without text"), .count(report.empty)),
            (.init("strange", "names no instrument can have"), .count(report.strange)),
            (.init("rows"), .count(done.rows)),
        ]
    }
}
