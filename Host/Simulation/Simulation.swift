import RialtoEngine
import RialtoLedger

/// One world that follows from a seed: a market, accounts, strategies that trade it at random, a
/// venue, and links that lose, double, delay and reorder what it says.
package struct Simulation {
    /// What became of it.
    package struct Outcome: Equatable, Sendable {
        package let seed: UInt64
        /// Of the run: intents, orders, fills, books.
        package let digest: String
        package let orders: Int
        package let fills: Int
        package let refusals: Int
        package let link: LinkCounts
        /// Of the run's own messages, where they meet faults.
        package let messages: MessageCounts
        /// What did not hold, in words; empty when all did.
        package let findings: [String]
    }

    private let seed: UInt64
    private let bars: Int

    /// - Parameter bars: Length of the market, in rows of each instrument.
    package init(seed: UInt64, bars: Int = 160) {
        self.seed = seed
        self.bars = bars
    }

    /// Plays it through. The same seed gives the same outcome, byte for byte.
    package func execute() -> Outcome {
        var findings: [String] = []
        let results = [4096, 1, 7].map { limit in
            var run = randomRun(seed: seed, bars: bars)
            run.batchLimit = limit
            return Result { () throws(EngineError) in try run.execute() }
        }
        guard case .success(let outcome) = results[0] else {
            return failed("the run stopped: \(results[0])")
        }
        for result in results.dropFirst() {
            guard case .success(let other) = result else {
                findings.append("the run stopped for another batch limit: \(result)")
                continue
            }
            if let difference = outcome.difference(from: other) {
                findings.append("another batch limit gave another result: \(difference)")
            }
        }
        let run = randomRun(seed: seed, bars: bars)
        var books = BooksCheck(run)
        books.replay(outcome)
        findings += books.faults
        if let fault = outcome.reserveFault { findings.append(fault) }
        let messages = check(run, outcome, &findings)
        let link = play(run, outcome, &findings)
        return Outcome(
            seed: seed, digest: outcome.digest, orders: outcome.of(.order).count,
            fills: outcome.fills.count, refusals: outcome.refusals.count, link: link,
            messages: messages, findings: findings)
    }

    private func check(
        _ run: SketchRun, _ outcome: SketchOutcome, _ findings: inout [String]
    ) -> MessageCounts {
        do throws(LedgerError) {
            var check = try MessagesCheck(run)
            try check.replay(outcome)
            findings += check.faults
            return check.counts
        } catch {
            findings.append("the host's books could not take what it heard: \(error)")
            return MessageCounts()
        }
    }

    /// Plays the venue's side to hosts that are heard over links of their own. Where the run's
    /// messages met faults already, orders have gone that the venue never got.
    private func play(
        _ run: SketchRun, _ outcome: SketchOutcome, _ findings: inout [String]
    ) -> LinkCounts {
        guard run.venue.faults.isNone else { return LinkCounts() }
        do throws(LedgerError) {
            var link = try LinkSimulation(run, seed: seed, faults: LinkFaults())
            try link.play(outcome)
            findings += link.findings
            return link.counts
        } catch {
            findings.append("the host's books could not take a report: \(error)")
            return LinkCounts()
        }
    }

    private func failed(_ text: String) -> Outcome {
        Outcome(
            seed: seed, digest: "", orders: 0, fills: 0, refusals: 0, link: LinkCounts(),
            messages: MessageCounts(), findings: [text])
    }
}
