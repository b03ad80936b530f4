// Generated from exchange.proto by scripts/generate-protobuf.mjs. Do not edit.
import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Frame {
    open?: Open;
    have?: Have;
    interest?: Interest;
    choke?: Choke;
    wantNodes?: WantNodes;
    node?: Node;
    want?: Want;
    cancel?: Cancel;
    reject?: Reject;
    piece?: Piece;
    peers?: Peers;
    ping?: Ping;
    pong?: Pong;
    goodbye?: Goodbye;
}
export declare namespace Frame {
    const codec: () => Codec<Frame>;
    interface FrameOpenRootFieldEvent {
        field: '$.open.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FrameOpenClientFieldEvent {
        field: '$.open.client';
        value: string;
    }
    interface FrameOpenNodeNameFieldEvent {
        field: '$.open.nodeName';
        value: string;
    }
    interface FrameOpenShareNameFieldEvent {
        field: '$.open.shareName';
        value: string;
    }
    interface FrameOpenManifestFieldEvent {
        field: '$.open.manifest';
        value: boolean;
    }
    interface FrameHaveAllFieldEvent {
        field: '$.have.all';
        value: boolean;
    }
    interface FrameHaveBitfieldFieldEvent {
        field: '$.have.bitfield';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FrameHaveIndicesFieldEvent {
        field: '$.have.indices[]';
        index: number;
        value: number;
    }
    interface FrameInterestInterestedFieldEvent {
        field: '$.interest.interested';
        value: boolean;
    }
    interface FrameInterestPaceFieldEvent {
        field: '$.interest.pace';
        value: number;
    }
    interface FrameChokeChokedFieldEvent {
        field: '$.choke.choked';
        value: boolean;
    }
    interface FrameWantNodesRequestFieldEvent {
        field: '$.wantNodes.request';
        value: number;
    }
    interface FrameWantNodesCidsFieldEvent {
        field: '$.wantNodes.cids[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface FrameNodeRequestFieldEvent {
        field: '$.node.request';
        value: number;
    }
    interface FrameNodePositionFieldEvent {
        field: '$.node.position';
        value: number;
    }
    interface FrameNodePayloadBytesFieldEvent {
        field: '$.node.payloadBytes';
        value: number;
    }
    interface FrameWantIndicesFieldEvent {
        field: '$.want.indices[]';
        index: number;
        value: number;
    }
    interface FrameCancelIndicesFieldEvent {
        field: '$.cancel.indices[]';
        index: number;
        value: number;
    }
    interface FrameRejectCodeFieldEvent {
        field: '$.reject.code';
        value: RejectCode;
    }
    interface FrameRejectIndicesFieldEvent {
        field: '$.reject.indices[]';
        index: number;
        value: number;
    }
    interface FramePieceIndexFieldEvent {
        field: '$.piece.index';
        value: number;
    }
    interface FramePieceOffsetFieldEvent {
        field: '$.piece.offset';
        value: number;
    }
    interface FramePiecePayloadBytesFieldEvent {
        field: '$.piece.payloadBytes';
        value: number;
    }
    interface FramePeersPeersIdFieldEvent {
        field: '$.peers.peers[].id';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FramePeersPeersAddressesFieldEvent {
        field: '$.peers.peers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface FramePingNonceFieldEvent {
        field: '$.ping.nonce';
        value: number;
    }
    interface FramePongNonceFieldEvent {
        field: '$.pong.nonce';
        value: number;
    }
    interface FrameGoodbyeCodeFieldEvent {
        field: '$.goodbye.code';
        value: GoodbyeCode;
    }
    interface FrameGoodbyeTextFieldEvent {
        field: '$.goodbye.text';
        value: string;
    }
    function encode(obj: Partial<Frame>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Frame>): Frame;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Frame>): Generator<FrameOpenRootFieldEvent | FrameOpenClientFieldEvent | FrameOpenNodeNameFieldEvent | FrameOpenShareNameFieldEvent | FrameOpenManifestFieldEvent | FrameHaveAllFieldEvent | FrameHaveBitfieldFieldEvent | FrameHaveIndicesFieldEvent | FrameInterestInterestedFieldEvent | FrameInterestPaceFieldEvent | FrameChokeChokedFieldEvent | FrameWantNodesRequestFieldEvent | FrameWantNodesCidsFieldEvent | FrameNodeRequestFieldEvent | FrameNodePositionFieldEvent | FrameNodePayloadBytesFieldEvent | FrameWantIndicesFieldEvent | FrameCancelIndicesFieldEvent | FrameRejectCodeFieldEvent | FrameRejectIndicesFieldEvent | FramePieceIndexFieldEvent | FramePieceOffsetFieldEvent | FramePiecePayloadBytesFieldEvent | FramePeersPeersIdFieldEvent | FramePeersPeersAddressesFieldEvent | FramePingNonceFieldEvent | FramePongNonceFieldEvent | FrameGoodbyeCodeFieldEvent | FrameGoodbyeTextFieldEvent>;
}
export interface Open {
    root: Uint8Array<ArrayBuffer>;
    client: string;
    nodeName: string;
    shareName: string;
    manifest: boolean;
}
export declare namespace Open {
    const codec: () => Codec<Open>;
    interface OpenRootFieldEvent {
        field: '$.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface OpenClientFieldEvent {
        field: '$.client';
        value: string;
    }
    interface OpenNodeNameFieldEvent {
        field: '$.nodeName';
        value: string;
    }
    interface OpenShareNameFieldEvent {
        field: '$.shareName';
        value: string;
    }
    interface OpenManifestFieldEvent {
        field: '$.manifest';
        value: boolean;
    }
    function encode(obj: Partial<Open>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Open>): Open;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Open>): Generator<OpenRootFieldEvent | OpenClientFieldEvent | OpenNodeNameFieldEvent | OpenShareNameFieldEvent | OpenManifestFieldEvent>;
}
export interface Have {
    all: boolean;
    bitfield?: Uint8Array<ArrayBuffer>;
    indices: number[];
}
export declare namespace Have {
    const codec: () => Codec<Have>;
    interface HaveAllFieldEvent {
        field: '$.all';
        value: boolean;
    }
    interface HaveBitfieldFieldEvent {
        field: '$.bitfield';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HaveIndicesFieldEvent {
        field: '$.indices[]';
        index: number;
        value: number;
    }
    function encode(obj: Partial<Have>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Have;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Generator<HaveAllFieldEvent | HaveBitfieldFieldEvent | HaveIndicesFieldEvent>;
}
export interface Interest {
    interested: boolean;
    pace: number;
}
export declare namespace Interest {
    const codec: () => Codec<Interest>;
    interface InterestInterestedFieldEvent {
        field: '$.interested';
        value: boolean;
    }
    interface InterestPaceFieldEvent {
        field: '$.pace';
        value: number;
    }
    function encode(obj: Partial<Interest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Interest>): Interest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Interest>): Generator<InterestInterestedFieldEvent | InterestPaceFieldEvent>;
}
export interface Choke {
    choked: boolean;
}
export declare namespace Choke {
    const codec: () => Codec<Choke>;
    interface ChokeChokedFieldEvent {
        field: '$.choked';
        value: boolean;
    }
    function encode(obj: Partial<Choke>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Choke>): Choke;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Choke>): Generator<ChokeChokedFieldEvent>;
}
export interface WantNodes {
    request: number;
    cids: Uint8Array<ArrayBuffer>[];
}
export declare namespace WantNodes {
    const codec: () => Codec<WantNodes>;
    interface WantNodesRequestFieldEvent {
        field: '$.request';
        value: number;
    }
    interface WantNodesCidsFieldEvent {
        field: '$.cids[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<WantNodes>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WantNodes>): WantNodes;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WantNodes>): Generator<WantNodesRequestFieldEvent | WantNodesCidsFieldEvent>;
}
export interface Node {
    request: number;
    position: number;
    payloadBytes: number;
}
export declare namespace Node {
    const codec: () => Codec<Node>;
    interface NodeRequestFieldEvent {
        field: '$.request';
        value: number;
    }
    interface NodePositionFieldEvent {
        field: '$.position';
        value: number;
    }
    interface NodePayloadBytesFieldEvent {
        field: '$.payloadBytes';
        value: number;
    }
    function encode(obj: Partial<Node>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Node>): Node;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Node>): Generator<NodeRequestFieldEvent | NodePositionFieldEvent | NodePayloadBytesFieldEvent>;
}
export interface Want {
    indices: number[];
}
export declare namespace Want {
    const codec: () => Codec<Want>;
    interface WantIndicesFieldEvent {
        field: '$.indices[]';
        index: number;
        value: number;
    }
    function encode(obj: Partial<Want>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Want;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Generator<WantIndicesFieldEvent>;
}
export interface Cancel {
    indices: number[];
}
export declare namespace Cancel {
    const codec: () => Codec<Cancel>;
    interface CancelIndicesFieldEvent {
        field: '$.indices[]';
        index: number;
        value: number;
    }
    function encode(obj: Partial<Cancel>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Cancel;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Generator<CancelIndicesFieldEvent>;
}
export declare enum RejectCode {
    REJECT_UNSPECIFIED = "REJECT_UNSPECIFIED",
    NOT_HELD = "NOT_HELD",
    CHOKED = "CHOKED",
    TOO_MANY = "TOO_MANY",
    SOURCE_CHANGED = "SOURCE_CHANGED",
    READ_FAILED = "READ_FAILED",
    ELSEWHERE = "ELSEWHERE"
}
export declare namespace RejectCode {
    const codec: () => Codec<RejectCode>;
}
export interface Reject {
    code: RejectCode;
    indices: number[];
}
export declare namespace Reject {
    const codec: () => Codec<Reject>;
    interface RejectCodeFieldEvent {
        field: '$.code';
        value: RejectCode;
    }
    interface RejectIndicesFieldEvent {
        field: '$.indices[]';
        index: number;
        value: number;
    }
    function encode(obj: Partial<Reject>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reject>): Reject;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reject>): Generator<RejectCodeFieldEvent | RejectIndicesFieldEvent>;
}
export interface Piece {
    index: number;
    offset: number;
    payloadBytes: number;
}
export declare namespace Piece {
    const codec: () => Codec<Piece>;
    interface PieceIndexFieldEvent {
        field: '$.index';
        value: number;
    }
    interface PieceOffsetFieldEvent {
        field: '$.offset';
        value: number;
    }
    interface PiecePayloadBytesFieldEvent {
        field: '$.payloadBytes';
        value: number;
    }
    function encode(obj: Partial<Piece>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Piece>): Piece;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Piece>): Generator<PieceIndexFieldEvent | PieceOffsetFieldEvent | PiecePayloadBytesFieldEvent>;
}
export interface PeerInfo {
    id: Uint8Array<ArrayBuffer>;
    addresses: Uint8Array<ArrayBuffer>[];
}
export declare namespace PeerInfo {
    const codec: () => Codec<PeerInfo>;
    interface PeerInfoIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface PeerInfoAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<PeerInfo>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerInfo>): PeerInfo;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerInfo>): Generator<PeerInfoIdFieldEvent | PeerInfoAddressesFieldEvent>;
}
export interface Peers {
    peers: PeerInfo[];
}
export declare namespace Peers {
    const codec: () => Codec<Peers>;
    interface PeersPeersIdFieldEvent {
        field: '$.peers[].id';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface PeersPeersAddressesFieldEvent {
        field: '$.peers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Peers>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peers>): Peers;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peers>): Generator<PeersPeersIdFieldEvent | PeersPeersAddressesFieldEvent>;
}
export interface Ping {
    nonce: number;
}
export declare namespace Ping {
    const codec: () => Codec<Ping>;
    interface PingNonceFieldEvent {
        field: '$.nonce';
        value: number;
    }
    function encode(obj: Partial<Ping>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Ping;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Generator<PingNonceFieldEvent>;
}
export interface Pong {
    nonce: number;
}
export declare namespace Pong {
    const codec: () => Codec<Pong>;
    interface PongNonceFieldEvent {
        field: '$.nonce';
        value: number;
    }
    function encode(obj: Partial<Pong>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pong>): Pong;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pong>): Generator<PongNonceFieldEvent>;
}
export declare enum GoodbyeCode {
    GOODBYE_UNSPECIFIED = "GOODBYE_UNSPECIFIED",
    UNKNOWN_SHARE = "UNKNOWN_SHARE",
    SHUTTING_DOWN = "SHUTTING_DOWN",
    SHARE_REMOVED = "SHARE_REMOVED",
    DUPLICATE = "DUPLICATE",
    PROTOCOL_ERROR = "PROTOCOL_ERROR",
    BANNED = "BANNED",
    TOO_BUSY = "TOO_BUSY",
    NOT_NEEDED = "NOT_NEEDED"
}
export declare namespace GoodbyeCode {
    const codec: () => Codec<GoodbyeCode>;
}
export interface Goodbye {
    code: GoodbyeCode;
    text: string;
}
export declare namespace Goodbye {
    const codec: () => Codec<Goodbye>;
    interface GoodbyeCodeFieldEvent {
        field: '$.code';
        value: GoodbyeCode;
    }
    interface GoodbyeTextFieldEvent {
        field: '$.text';
        value: string;
    }
    function encode(obj: Partial<Goodbye>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Goodbye;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Generator<GoodbyeCodeFieldEvent | GoodbyeTextFieldEvent>;
}
