import RialtoHistory
import RialtoText

/// The import of what happened to an instrument: `--kind actions`, or `--kind funding`.
enum ImportActions {
    /// Options that mean something here beside the common ones.
    private static let own = ["instrument", "kind", "calendar", "data"]

    /// What the options ask for; nil for rows of a market.
    static func content(_ invocation: Invocation) -> ActionTable.Content? {
        invocation.text("kind").flatMap { ActionTable.Content(rawValue: $0) }
    }

    static func run(
        _ invocation: Invocation, _ content: ActionTable.Content, _ console: Console
    ) throws -> CommandStatus {
        if let stray = invocation.stray(besides: own) {
            throw HouseMessage.wrongCall(
                "--\(stray.name) was given, but \(content.rawValue) have none",
                help: "leave it out")
        }
        let names = invocation.texts("instrument")
        guard let name = names.first, names.count == 1 else {
            throw HouseMessage.wrongCall(
                "\(content.rawValue) need one --instrument, and \(names.count) were named",
                help: "say whose they are, such as --instrument AAPL/USD")
        }
        let folder = DataFolder.history(invocation)
        let before = try folder.record(of: name)
        let calendar = InstrumentFacts.calendar(invocation) ?? before.calendar
        let tables = try invocation.texts("file").map { path in
            try ActionTable(ByteInput(path: path), content, calendar: calendar)
        }
        let new = tables.flatMap(\.actions)
        let sorts = Set(new.map(\.name))
        let moved = try InstrumentRecord(name, calendar: calendar, actions: before.actions)
        let record = try moved.replacing(new) { action in
            let isFunding = action.name == "funding"
            return sorts.contains(action.name) || (content == .actions && !isFunding)
        }
        SeriesWriter.reportFullFiles()
        try folder.write(record)
        let rounded = tables.map(\.ratesRounded).reduce(0, +)
        if rounded > 0 { console.note("\(rounded) rates were rounded to nine decimals") }
        Facts(
            [
                (.init("instrument"), .text(name)),
                (.init("file"), .text(folder.recordPath(name))),
                (.init("rows_read", "rows read"), .count(new.count)),
                (
                    .init("replaced_actions", "replaced actions"),
                    .count(before.actions.count + new.count - record.actions.count)
                ),
            ] + InstrumentFacts.facts(record)
        ).print(to: console)
        return .done
    }
}
