import RialtoValues

extension Order {
    /// The order's status as FIX 4.4 field 39 (OrdStatus) writes it.
    ///
    /// A pending cancel (`6`) is said of a working order only. FIX has no code for an order whose
    /// outcome is unknown; it stays pending new (`A`) until the venue is heard.
    package var fixStatus: Character {
        if isCancelPending, state != .submitted, state != .unknown { return "6" }
        switch state {
        case .submitted, .unknown: return "A"
        case .accepted: return "0"
        case .partlyFilled: return "1"
        case .filled: return "2"
        case .canceled: return "4"
        case .rejected: return "8"
        case .expired: return "C"
        }
    }
}
