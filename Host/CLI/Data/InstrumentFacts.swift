import RialtoHistory
import RialtoText

/// What is recorded of an instrument beside its series, as several commands show it.
enum InstrumentFacts {
    /// Calendar, and how often what happened.
    static func facts(_ record: InstrumentRecord) -> [SeriesFacts.Fact] {
        let counts = Dictionary(grouping: record.actions, by: \.name).mapValues(\.count)
        return [
            (.init("calendar"), .text(record.calendar.rawValue)),
            (.init("actions"), .count(record.actions.count)),
        ]
            + InstrumentAction.names.compactMap { name in
                counts[name].map { (.init("actions_" + name, "actions, " + name), .count($0)) }
            }
    }

    /// An action a row.
    static func table(_ actions: [InstrumentAction]) -> Table {
        Table(
            [.init("time", "time UTC"), .init("action"), .init("value")],
            rows: actions.map { action in
                [
                    .time(action.time_ns), .text(action.name),
                    action.value.isEmpty ? .none : .text(action.value),
                ]
            })
    }

    static let calendarOption = Option(
        "calendar", .choice(TradingCalendar.allCases.map(\.rawValue)),
        "when the instrument is traded; kept with it")

    /// The calendar that an import asks for; nil to leave it as it is.
    static func calendar(_ invocation: Invocation) -> TradingCalendar? {
        invocation.text("calendar").flatMap { TradingCalendar(rawValue: $0) }
    }

    /// Keeps the calendar that was given with an import, if one was.
    static func keepCalendar(
        _ invocation: Invocation, of instrument: String, in folder: HistoryFolder
    ) throws(HistoryError) {
        guard let calendar = calendar(invocation) else { return }
        let record = try folder.record(of: instrument)
        guard record.calendar != calendar else { return }
        try folder.write(
            InstrumentRecord(instrument, calendar: calendar, actions: record.actions))
    }
}
