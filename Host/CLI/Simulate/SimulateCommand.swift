import RialtoSimulation
import RialtoText

/// `rialto simulate`: random worlds with faults, each from its seed.
package enum SimulateCommand {
    package static var command: Command {
        Command(
            "simulate", "play random worlds with a faulty venue and check every invariant",
            discussion: """
                A seed gives a market, accounts, strategies that trade at random, and links to the
                venue that lose, double, delay and reorder messages. In every third world the
                strategies themselves meet such links: their orders may be lost or unknown for a
                while. Exit status 1 when anything did not hold; the seed then replays it.
                """,
            options: [
                Option("seed", .integer(0...(.max)), "the first seed", standard: "0"),
                Option("seeds", .integer(1...1_000_000), "how many, in a row", standard: "1"),
            ],
            examples: [
                Example("rialto simulate --seed 7", "one world"),
                Example("rialto simulate --seeds 100 --json", "a hundred, a line of JSON each"),
            ]
        ) { invocation, console in
            let first = UInt64(invocation.integer("seed") ?? 0)
            var table = table(), failures: [Simulation.Outcome] = []
            for seed in first..<first + UInt64(invocation.integer("seeds") ?? 1) {
                let outcome = Simulation(seed: seed).execute()
                table.add(row(outcome))
                if !outcome.findings.isEmpty { failures.append(outcome) }
            }
            table.print(to: console)
            for failure in failures {
                console.report(
                    HouseMessage(
                        "seed \(failure.seed): \(failure.findings.count) findings",
                        details: failure.findings.prefix(5).map { .init("found", $0) },
                        help: "replay it with: rialto simulate --seed \(failure.seed)"))
            }
            return failures.isEmpty ? .done : .failed
        }
    }

    private static func table() -> Table {
        Table([
            .init("seed"), .init("digest"), .init("orders"), .init("fills"), .init("refusals"),
            .init("messages"), .init("lost"), .init("doubled"), .init("overtaken"),
            .init("vanished"), .init("unknown"), .init("asked"), .init("missed"), .init("heard"),
            .init("never_came"), .init("in_doubt"), .init("settled"), .init("findings"),
        ])
    }

    private static func row(_ o: Simulation.Outcome) -> [Cell] {
        let link = o.link
        return [.integer(Int64(clamping: o.seed)), .text(o.digest)]
            + [
                o.orders, o.fills, o.refusals, link.messages, link.lost, link.doubled,
                link.overtaken, link.vanished, link.unknown, link.asked, link.missed,
                o.messages.heard, o.messages.neverCame, o.messages.unknown, o.messages.settled,
                o.findings.count,
            ].map { .integer(Int64($0)) }
    }
}
