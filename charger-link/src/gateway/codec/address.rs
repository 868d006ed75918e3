use std::fmt;

/// Where the charger is behind the gateway: a CANopen node, and the network if the
/// gateway has several.
///
/// ```
/// use charger_link::gateway::codec::NodeAddress;
///
/// let node = NodeAddress::new(4).unwrap();
/// assert_eq!(node.to_string(), "4");
/// assert_eq!(node.with_net(1).to_string(), "1 4");
/// assert_eq!(NodeAddress::new(128), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeAddress {
    net: Option<u16>,
    node: u8,
}

impl NodeAddress {
    /// The node with this number in the gateway's default network, or `None` outside 1
    /// to 127, the node numbers of CiA 301.
    pub const fn new(node: u8) -> Option<Self> {
        if node == 0 || node > 127 {
            return None;
        }
        Some(Self { net: None, node })
    }

    /// The same node in a named network. Lely's server asks for one (code 104 without)
    /// and knows 1 to 127; CANopenNode's ignores the number.
    #[must_use]
    pub const fn with_net(self, net: u16) -> Self {
        Self {
            net: Some(net),
            ..self
        }
    }

    /// The network, or `None` for the gateway's default.
    pub const fn net(self) -> Option<u16> {
        self.net
    }

    /// The node number, 1 to 127.
    pub const fn node(self) -> u8 {
        self.node
    }
}

/// As it stands in a request line.
impl fmt::Display for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.net {
            Some(net) => write!(f, "{net} {}", self.node),
            None => write!(f, "{}", self.node),
        }
    }
}
