import RialtoKit

/// What the contract asks of an output.
extension TestOutput {
    /// Whether the fields that its kind names are in range.
    func isSound(_ endpoints: [Endpoint]) -> Bool {
        let isPriced = price > 0 && quantity > 0
        return switch kind {
        case .request: isDeclared(endpoints)
        case .socketOpen: id > 0 && !url.isEmpty
        case .socketSend, .socketClose: id > 0
        case .timer: id > 0 && time_ns > 0
        case .trade: isPriced && side <= RIALTO_SELL
        case .quote: [price, quantity, price2, quantity2].allSatisfy { $0 >= 0 }
        case .order:
            clientId > 0 && (RIALTO_ORDER_SUBMITTED...RIALTO_ORDER_UNKNOWN).contains(state)
                && filled >= 0 && filled <= quantity
        case .fill: clientId > 0 && isPriced && (side == RIALTO_BUY || side == RIALTO_SELL)
        case .balance, .error: !body.isEmpty
        case .instrument: !body.isEmpty && price2 > 0 && quantity2 > 0
        }
    }

    /// Whether a request is of a declared endpoint, and its ranges lie within it.
    private func isDeclared(_ endpoints: [Endpoint]) -> Bool {
        guard endpoint < endpoints.count else { return false }
        let declared = endpoints[Int(endpoint)]
        guard url.prefix(while: { $0 != "?" }) == declared.path[...] else { return false }
        let places = placeholders.map(\.place)
        return places.allSatisfy { holds($0, declared, step: 0) }
            && steps.enumerated().allSatisfy { index, step in
                !step.ranges.isEmpty
                    && step.ranges.allSatisfy { holds($0, declared, step: index) }
                    && (step.insert == .nowhere || holds(step.insert, declared, step: 0))
            }
    }

    /// Whether a range lies within its part; of steps, `step` have been made before.
    private func holds(_ range: ByteRange, _ declared: Endpoint, step: Int) -> Bool {
        let size: Int
        switch range.part {
        case .nowhere: return false
        case .step: return range.offset < step
        case .method: size = declared.method.utf8.count
        case .url: size = url.utf8.count
        case .headers: size = headers.utf8.count
        case .body: size = body.utf8.count
        }
        return range.offset <= size
            && (range.size == .max || Int(range.offset) + Int(range.size) <= size)
    }
}
