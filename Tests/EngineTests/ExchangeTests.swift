import RialtoEngine
import RialtoTestSupport
import RialtoValues
import Testing

private func run(_ exchange: ExchangePort) -> SketchRun {
    var run = SketchRun(market: MarketSketch([(100, 100, 100, 100), (101, 101, 101, 101)]))
    run.accounts = [run.account([script([0: [.target(10)]])])]
    run.exchange = exchange
    return run
}

@Suite struct `An exchange plugin` {
    @Test func `keeps an order back that it cannot encode as it was asked for`() throws {
        let out = try run(
            ExchangePort(onOrder: { _, _, _ in "quantity differs" }, onAnswer: { _ in nil })
        ).execute()
        #expect(out.refusals.map(\.reason) == [.venue])
        #expect(out.fills.isEmpty)
    }

    @Test func `sees every order once, and every answer in its order`() throws {
        final class Seen { var orders: [Int64] = [], answers: [OrderState] = [] }
        let seen = Seen()
        let out = try run(
            ExchangePort(
                onOrder: { terms, number, _ in
                    seen.orders.append(terms.quantity)
                    return number == 0 ? nil : "a second order"
                },
                onAnswer: { answer in
                    seen.answers.append(answer.state)
                    let isFill = answer.state == .filled
                    let known = isFill ? answer.fillPrice == 101 : answer.fillPrice == 0
                    return known ? nil : "fill price \(answer.fillPrice)"
                })
        ).execute()
        #expect(out.fills.count == 1)
        #expect(seen.orders == [10] && seen.answers == [.accepted, .filled])
    }

    @Test func `ends the run when it understands the venue wrongly`() {
        #expect(throws: EngineError.self) {
            try run(ExchangePort(onOrder: { _, _, _ in nil }, onAnswer: { _ in "filled 9" }))
                .execute()
        }
    }
}
