import RialtoText

/// Feeds of news and posts that are asked again and again, as their user wrote them.
package struct FeedList: Sendable {
    package internal(set) var feeds: [FeedEntry] = []
    /// The file that this was read from.
    package internal(set) var document: ConfigDocument

    /// Reads the list at `path`.
    ///
    /// - Throws: Everything that is wrong with the file, in the order of its lines.
    package static func load(_ path: String) throws(ConfigProblems) -> FeedList {
        try read(try ConfigDocument.load(path))
    }

    /// Reads a list from a parsed document.
    package static func read(_ document: ConfigDocument) throws(ConfigProblems) -> FeedList {
        var problems = Problems(file: document.file)
        let schema = Record(
            name: "a list of feeds", initial: FeedList(document: document), fields: fields)
        let list = schema.read(document.root, ConfigPath(), &problems)
        guard let list, problems.found.isEmpty else {
            throw ConfigProblems(messages: problems.messages)
        }
        return list
    }

    private static var fields: [Field<FeedList>] {
        [
            .required(
                "feeds", .list(of: FeedEntry.schema.kind, 1...1_000), \.feeds,
                "addresses that are asked")
        ]
    }
}

/// One address that gives RSS, Atom or JSON Feed, and where its items go.
package struct FeedEntry: Hashable, Sendable {
    /// Series of texts that the items are added to.
    package internal(set) var series = ""
    package internal(set) var url = ""
    /// Name of the feed; empty for its own title.
    package internal(set) var source = ""
    package internal(set) var topics: [TopicEntry] = []

    static let schema = Record(
        name: "a feed", initial: FeedEntry(),
        fields: [
            .required("series", .text("a name", limit: 64), \.series, "series of texts it fills"),
            .required("url", .text("an address", limit: 4096), \.url, "https address of the feed"),
            .optional(
                "source", .text("a name", limit: 256), \.source, standard: "the feed's title",
                "what the feed is called"),
            .optional(
                "topics", .list(of: TopicEntry.schema.kind, 0...1_000), \.topics, standard: "[]",
                "by which words items are about which instrument; else about none"),
        ])
}

/// Words by which an item is known to be about an instrument.
package struct TopicEntry: Hashable, Sendable {
    package internal(set) var instrument = ""
    /// Empty for every item.
    package internal(set) var words: [String] = []

    static let schema = Record(
        name: "a topic", initial: TopicEntry(),
        fields: [
            .required(
                "instrument", .text("the name of an instrument", limit: 64), \.instrument,
                "such as BTC/USD"),
            .optional(
                "words", .list(of: .text("a word", limit: 64), 0...100), \.words,
                standard: "every item", "one of them stands in the title or the body"),
        ])
}
