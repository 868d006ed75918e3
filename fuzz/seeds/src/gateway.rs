//! Seeds for the targets of the gateway link: answers of both known servers.

use crate::Seeds;

const ANSWERS: [&[u8]; 10] = [
    b"\0\x05[7] OK\r\n",
    b"\x01\x05[7] ERROR:0x06020000 #Object does not exist.\r\n",
    b"\x01\x05[7] ERROR: 101 (Syntax error)\r\n[7] 0xe200\r\n",
    b"\x01\x051 4 SDOr 889\r\n# lost\r\nERROR 300\r\n[7] 0x0640\r\n",
    b"\x02\x05[7] 4 r 0x2053 0 d\r\n[7] Q0hBUkdFUg==\r\n",
    b"\x02\x09[7] QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\r\nQUJD\r\n",
    b"\x02\x03[7] I9W3ZQj6\n...ERROR:0x05040000 #SDO protocol timed out.\r\n",
    b"\x03\x03[7] \"line one\nsay \"\"hi\"\"\"\r\n",
    b"\x04\x03[7] \"it\\'s \\x41\\101\\n\"\r\n",
    b"\x80\x03> [7] OK\r\n[6] ERROR:101\r\n",
];

pub(crate) fn seeds() -> Vec<Seeds> {
    let inputs = ANSWERS
        .iter()
        .enumerate()
        .map(|(number, bytes)| (number.to_string(), bytes.to_vec()));
    vec![("gateway_answers", inputs.collect())]
}
