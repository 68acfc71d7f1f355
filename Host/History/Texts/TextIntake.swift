/// Makes rows of entries: when each could be known, what it is about, how long it may be.
package struct TextIntake: Sendable {
    /// When the host could have known an entry.
    package enum Known: Hashable, Sendable {
        /// At the time of receipt, Unix nanoseconds UTC, whatever an entry says of itself.
        case received(Int64)
        /// So many nanoseconds after it says it was published, or changed; where it says nothing
        /// that can be read, at `otherwise`, Unix nanoseconds UTC.
        case published(delay_ns: Int64, otherwise: Int64)
    }

    /// Words by which an entry is known to be about an instrument.
    package struct Topic: Hashable, Sendable {
        package let instrument: String
        /// In lower case; empty for every entry.
        package let words: [String]

        package init(instrument: String, words: [String]) {
            self.instrument = instrument
            self.words = words.map { $0.lowercased() }
        }
    }

    /// What was found on the way.
    package struct Report: Equatable, Sendable {
        package var entries = 0
        /// Without a time that can be read: known at the time of receipt.
        package var undated = 0
        /// Longer than ``TextLimits`` allows: cut.
        package var cut = 0
        /// Neither title nor body: left out.
        package var empty = 0
        /// Names of instruments that no series can have: taken as about none.
        package var strange = 0

        package init() {}
    }

    package let known: Known
    package let topics: [Topic]
    /// Name of the feed where a document has none.
    package let source: String
    package private(set) var report = Report()

    package init(known: Known, topics: [Topic], source: String) {
        self.known = known
        self.topics = topics
        self.source = source
    }

    /// The rows of an entry: one for each instrument that it is about, one without an instrument
    /// where there is none.
    package mutating func items(_ entry: TextEntry) -> [TextItem] {
        report.entries += 1
        guard !entry.title.isEmpty || !entry.body.isEmpty else {
            report.empty += 1
            return []
        }
        let isDated = (entry.published_ns ?? entry.updated_ns ?? entry.received_ns) != nil
        if !isDated { report.undated += 1 }
        let time_ns = time(entry)
        let item = cut(
            TextItem(
                time_ns: time_ns, venue_time_ns: entry.published_ns ?? entry.updated_ns ?? time_ns,
                instrument: "", source: entry.source.isEmpty ? source : entry.source,
                author: entry.author, title: entry.title, body: entry.body, id: entry.id))
        let about = instruments(entry)
        return (about.isEmpty ? [""] : about).map { name in
            var row = item
            row.instrument = name
            return row
        }
    }

    private func time(_ entry: TextEntry) -> Int64 {
        switch known {
        case .received(let time_ns): return time_ns
        case .published(let delay_ns, let otherwise):
            if let received = entry.received_ns { return received }
            guard let stated = [entry.published_ns, entry.updated_ns].compactMap(\.self).max()
            else { return otherwise }
            let (time, over) = stated.addingReportingOverflow(delay_ns)
            return over ? otherwise : time
        }
    }

    private mutating func instruments(_ entry: TextEntry) -> [String] {
        var names: [String] = []
        for name in entry.instruments {
            guard (try? SeriesDefinition.check(name: name)) != nil else {
                report.strange += 1
                continue
            }
            if !names.contains(name) { names.append(name) }
        }
        let text = (entry.title + " " + entry.body).lowercased()
        for topic in topics where !names.contains(topic.instrument) {
            if topic.words.isEmpty || topic.words.contains(where: { Self.has(text, $0) }) {
                names.append(topic.instrument)
            }
        }
        return names
    }

    /// Whether a word stands in a text, not as a part of a longer one of Latin letters.
    static func has(_ text: String, _ word: String) -> Bool {
        let text = Array(text.utf8), word = Array(word.utf8)
        guard !word.isEmpty, word.count <= text.count else { return false }
        for start in 0...text.count - word.count where text[start] == word[0] {
            let end = start + word.count
            guard text[start..<end].elementsEqual(word) else { continue }
            let before = start > 0 && isLetter(text[start - 1]) && isLetter(word[0])
            let after = end < text.count && isLetter(text[end]) && isLetter(word[word.count - 1])
            if !before, !after { return true }
        }
        return false
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private mutating func cut(_ item: TextItem) -> TextItem {
        var copy = item
        copy.source = TextLimits.cut(item.source, TextLimits.name)
        copy.author = TextLimits.cut(item.author, TextLimits.name)
        copy.title = TextLimits.cut(item.title, TextLimits.title)
        copy.body = TextLimits.cut(item.body, TextLimits.body)
        copy.id = TextLimits.cut(item.id, TextLimits.id)
        if copy.texts != item.texts { report.cut += 1 }
        return copy
    }
}
