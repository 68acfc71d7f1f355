import RialtoEngine
import RialtoPluginHost
import RialtoValues

/// Between the engine and an exchange plugin of the paper venue: the venue's answers in its
/// documented JSON, and what the plugin makes of them beside what happened.
struct ExchangeAdapter {
    let exchange: ExchangeInstance
    let instruments: [Instrument]

    /// The port by which an engine drives the plugin. Client ids are order numbers from 1 on.
    var port: ExchangePort {
        ExchangePort(
            onOrder: { terms, number, time in
                exchange.refusal(
                    of: OrderRequest(
                        clientId: UInt64(number) + 1, instrument: UInt32(terms.instrument),
                        side: terms.side, quantity: terms.quantity, price: terms.price), at: time)
            },
            onAnswer: { answer in difference(answer) })
    }

    private func difference(_ answer: VenueAnswer) -> String? {
        let expected = DecodedReport(
            clientId: UInt64(answer.number) + 1,
            state: answer.state == .expired ? .canceled : answer.state, filled: answer.filled,
            fillPrice: answer.fillPrice, fillQuantity: answer.fillQuantity, fee: answer.fee)
        guard let found = exchange.decode(Array(json(answer).utf8), at: answer.time_ns) else {
            return "the answer on order \(answer.number) was not understood: \(json(answer))"
        }
        return found == expected
            ? nil : "order \(answer.number) was decoded as \(found), and it is \(expected)"
    }

    /// The answer as the paper venue documents it: a flat object whose values are all texts.
    private func json(_ a: VenueAnswer) -> String {
        let instrument = instruments[a.terms.instrument]
        func quantity(_ units: Int64) -> String {
            ExactDecimal.text(Int128(units), decimals: instrument.quantityDecimals)
        }
        func price(_ units: Int64) -> String {
            ExactDecimal.text(Int128(units), decimals: instrument.priceDecimals)
        }
        var fields = [
            ("client_id", String(a.number + 1)), ("status", status(a.state)),
            ("instrument", instrument.name), ("side", a.terms.side == .buy ? "buy" : "sell"),
            ("quantity", quantity(a.terms.quantity)), ("filled", quantity(a.filled)),
        ]
        if a.terms.price > 0 { fields.append(("price", price(a.terms.price))) }
        if a.fillQuantity > 0 {
            fields.append(("fill_quantity", quantity(a.fillQuantity)))
            fields.append(("fill_price", price(a.fillPrice)))
            fields.append(("fee", ExactDecimal.text(a.fee, decimals: 18)))
        }
        return "{" + fields.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",") + "}"
    }

    private func status(_ state: OrderState) -> String {
        switch state {
        case .accepted, .submitted, .unknown: "accepted"
        case .partlyFilled: "partly_filled"
        case .filled: "filled"
        case .canceled, .expired: "canceled"
        case .rejected: "rejected"
        }
    }
}
