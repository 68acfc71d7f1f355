import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto data sessions CALENDAR`: the trading days of a calendar with their hours.
enum DataSessions {
    static let command = Command(
        "sessions", "list the trading days of a calendar",
        discussion: "Calendars:\n"
            + TradingCalendar.allCases.map { "  \($0.rawValue): \($0.summary)" }
            .joined(separator: "\n")
            + "\nA day's hours may begin on the evening before. A bar of the whole day ends at\n"
            + "the regular end, also where the session is shorter.",
        arguments: [
            Argument(
                "calendar", .choice(TradingCalendar.allCases.map(\.rawValue)), "which calendar")
        ],
        options: [
            Option("from", .text("TIME"), "first day, such as 2024-01-01"),
            Option("until", .text("TIME"), "first day that is left out"),
        ],
        examples: [
            Example(
                "rialto data sessions us-equities --from 2024-07-01 --until 2024-07-08",
                "a week with a short day and a holiday")
        ]
    ) { invocation, console in
        guard let from_ns = try invocation.time("from"), let until_ns = try invocation.time("until")
        else {
            throw HouseMessage.wrongCall(
                "sessions needs --from and --until",
                help: "add --from 2024-01-01 --until 2025-01-01")
        }
        guard from_ns < until_ns, until_ns - from_ns <= 200 * 366 * CivilDay.length_ns else {
            throw HouseMessage.wrongCall(
                "--until was not after --from, or more than 200 years later",
                help: "rows from --from on, before --until")
        }
        let calendar = TradingCalendar(rawValue: invocation.required("calendar")) ?? .always
        let days = CivilDay(containing: from_ns)..<CivilDay(containing: until_ns - 1) + 1
        let margin = 2 * CivilDay.length_ns
        let sessions = try calendar.sessions(from: from_ns - margin, to: until_ns + margin)
        table(sessions.filter { days.contains($0.day) }).print(to: console)
        return .done
    }

    private static func table(_ sessions: [Session]) -> Table {
        Table(
            [
                .init("day"), .init("open", "open UTC"), .init("close", "close UTC"),
                .init("day_end", "day end UTC"), .init("short"),
            ],
            rows: sessions.map { session in
                [
                    .text(session.day.text), .time(session.open_ns), .time(session.close_ns),
                    .time(session.dayEnd_ns), .flag(session.isShort),
                ]
            })
    }
}
