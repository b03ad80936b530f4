// Generated from exchange.proto by scripts/generate-protobuf.mjs. Do not edit.
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Frame;
(function (Frame) {
    let _codec;
    Frame.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.open != null) {
                    w.uint32(10);
                    Open.codec().encode(obj.open, w);
                }
                if (obj.have != null) {
                    w.uint32(18);
                    Have.codec().encode(obj.have, w);
                }
                if (obj.interest != null) {
                    w.uint32(26);
                    Interest.codec().encode(obj.interest, w);
                }
                if (obj.choke != null) {
                    w.uint32(34);
                    Choke.codec().encode(obj.choke, w);
                }
                if (obj.wantNodes != null) {
                    w.uint32(42);
                    WantNodes.codec().encode(obj.wantNodes, w);
                }
                if (obj.node != null) {
                    w.uint32(50);
                    Node.codec().encode(obj.node, w);
                }
                if (obj.want != null) {
                    w.uint32(58);
                    Want.codec().encode(obj.want, w);
                }
                if (obj.cancel != null) {
                    w.uint32(66);
                    Cancel.codec().encode(obj.cancel, w);
                }
                if (obj.reject != null) {
                    w.uint32(74);
                    Reject.codec().encode(obj.reject, w);
                }
                if (obj.piece != null) {
                    w.uint32(82);
                    Piece.codec().encode(obj.piece, w);
                }
                if (obj.peers != null) {
                    w.uint32(90);
                    Peers.codec().encode(obj.peers, w);
                }
                if (obj.ping != null) {
                    w.uint32(98);
                    Ping.codec().encode(obj.ping, w);
                }
                if (obj.pong != null) {
                    w.uint32(106);
                    Pong.codec().encode(obj.pong, w);
                }
                if (obj.goodbye != null) {
                    w.uint32(114);
                    Goodbye.codec().encode(obj.goodbye, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.open = Open.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.open
                            });
                            break;
                        }
                        case 2: {
                            obj.have = Have.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.have
                            });
                            break;
                        }
                        case 3: {
                            obj.interest = Interest.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.interest
                            });
                            break;
                        }
                        case 4: {
                            obj.choke = Choke.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.choke
                            });
                            break;
                        }
                        case 5: {
                            obj.wantNodes = WantNodes.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.wantNodes
                            });
                            break;
                        }
                        case 6: {
                            obj.node = Node.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.node
                            });
                            break;
                        }
                        case 7: {
                            obj.want = Want.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.want
                            });
                            break;
                        }
                        case 8: {
                            obj.cancel = Cancel.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 9: {
                            obj.reject = Reject.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.reject
                            });
                            break;
                        }
                        case 10: {
                            obj.piece = Piece.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.piece
                            });
                            break;
                        }
                        case 11: {
                            obj.peers = Peers.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.peers
                            });
                            break;
                        }
                        case 12: {
                            obj.ping = Ping.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.ping
                            });
                            break;
                        }
                        case 13: {
                            obj.pong = Pong.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.pong
                            });
                            break;
                        }
                        case 14: {
                            obj.goodbye = Goodbye.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.goodbye
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Open.codec().stream(reader, reader.uint32(), `${prefix}.open`, {
                                limits: opts.limits?.open
                            });
                            break;
                        }
                        case 2: {
                            yield* Have.codec().stream(reader, reader.uint32(), `${prefix}.have`, {
                                limits: opts.limits?.have
                            });
                            break;
                        }
                        case 3: {
                            yield* Interest.codec().stream(reader, reader.uint32(), `${prefix}.interest`, {
                                limits: opts.limits?.interest
                            });
                            break;
                        }
                        case 4: {
                            yield* Choke.codec().stream(reader, reader.uint32(), `${prefix}.choke`, {
                                limits: opts.limits?.choke
                            });
                            break;
                        }
                        case 5: {
                            yield* WantNodes.codec().stream(reader, reader.uint32(), `${prefix}.wantNodes`, {
                                limits: opts.limits?.wantNodes
                            });
                            break;
                        }
                        case 6: {
                            yield* Node.codec().stream(reader, reader.uint32(), `${prefix}.node`, {
                                limits: opts.limits?.node
                            });
                            break;
                        }
                        case 7: {
                            yield* Want.codec().stream(reader, reader.uint32(), `${prefix}.want`, {
                                limits: opts.limits?.want
                            });
                            break;
                        }
                        case 8: {
                            yield* Cancel.codec().stream(reader, reader.uint32(), `${prefix}.cancel`, {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 9: {
                            yield* Reject.codec().stream(reader, reader.uint32(), `${prefix}.reject`, {
                                limits: opts.limits?.reject
                            });
                            break;
                        }
                        case 10: {
                            yield* Piece.codec().stream(reader, reader.uint32(), `${prefix}.piece`, {
                                limits: opts.limits?.piece
                            });
                            break;
                        }
                        case 11: {
                            yield* Peers.codec().stream(reader, reader.uint32(), `${prefix}.peers`, {
                                limits: opts.limits?.peers
                            });
                            break;
                        }
                        case 12: {
                            yield* Ping.codec().stream(reader, reader.uint32(), `${prefix}.ping`, {
                                limits: opts.limits?.ping
                            });
                            break;
                        }
                        case 13: {
                            yield* Pong.codec().stream(reader, reader.uint32(), `${prefix}.pong`, {
                                limits: opts.limits?.pong
                            });
                            break;
                        }
                        case 14: {
                            yield* Goodbye.codec().stream(reader, reader.uint32(), `${prefix}.goodbye`, {
                                limits: opts.limits?.goodbye
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Frame.codec());
    }
    Frame.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Frame.codec(), opts);
    }
    Frame.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Frame.codec(), opts);
    }
    Frame.stream = stream;
})(Frame || (Frame = {}));
export var Open;
(function (Open) {
    let _codec;
    Open.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.root != null && obj.root.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.root);
                }
                if ((obj.client != null && obj.client !== '')) {
                    w.uint32(18);
                    w.string(obj.client);
                }
                if ((obj.nodeName != null && obj.nodeName !== '')) {
                    w.uint32(26);
                    w.string(obj.nodeName);
                }
                if ((obj.shareName != null && obj.shareName !== '')) {
                    w.uint32(34);
                    w.string(obj.shareName);
                }
                if ((obj.manifest != null && obj.manifest !== false)) {
                    w.uint32(40);
                    w.bool(obj.manifest);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    root: uint8ArrayAlloc(0),
                    client: '',
                    nodeName: '',
                    shareName: '',
                    manifest: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.root = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.client = reader.string();
                            break;
                        }
                        case 3: {
                            obj.nodeName = reader.string();
                            break;
                        }
                        case 4: {
                            obj.shareName = reader.string();
                            break;
                        }
                        case 5: {
                            obj.manifest = reader.bool();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.root`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.client`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.nodeName`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.shareName`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.manifest`,
                                value: reader.bool()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Open.codec());
    }
    Open.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Open.codec(), opts);
    }
    Open.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Open.codec(), opts);
    }
    Open.stream = stream;
})(Open || (Open = {}));
export var Have;
(function (Have) {
    let _codec;
    Have.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.all != null && obj.all !== false)) {
                    w.uint32(8);
                    w.bool(obj.all);
                }
                if (obj.bitfield != null) {
                    w.uint32(18);
                    w.bytes(obj.bitfield);
                }
                if (obj.indices != null && obj.indices.length > 0) {
                    for (const value of obj.indices) {
                        w.uint32(24);
                        w.uint32(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    all: false,
                    indices: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.all = reader.bool();
                            break;
                        }
                        case 2: {
                            obj.bitfield = reader.bytes();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.indices != null && obj.indices.length === opts.limits.indices) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices.length === 4096) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            obj.indices.push(reader.uint32());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    indices: 4096
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.all`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.bitfield`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            if (opts.limits?.indices != null && obj.indices === opts.limits.indices) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices === 4096) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            yield {
                                field: `${prefix}.indices[]`,
                                index: obj.indices,
                                value: reader.uint32()
                            };
                            obj.indices++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Have.codec());
    }
    Have.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Have.codec(), opts);
    }
    Have.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Have.codec(), opts);
    }
    Have.stream = stream;
})(Have || (Have = {}));
export var Interest;
(function (Interest) {
    let _codec;
    Interest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.interested != null && obj.interested !== false)) {
                    w.uint32(8);
                    w.bool(obj.interested);
                }
                if ((obj.pace != null && obj.pace !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.pace);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    interested: false,
                    pace: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.interested = reader.bool();
                            break;
                        }
                        case 2: {
                            obj.pace = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.interested`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.pace`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Interest.codec());
    }
    Interest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Interest.codec(), opts);
    }
    Interest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Interest.codec(), opts);
    }
    Interest.stream = stream;
})(Interest || (Interest = {}));
export var Choke;
(function (Choke) {
    let _codec;
    Choke.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.choked != null && obj.choked !== false)) {
                    w.uint32(8);
                    w.bool(obj.choked);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    choked: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.choked = reader.bool();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.choked`,
                                value: reader.bool()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Choke.codec());
    }
    Choke.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Choke.codec(), opts);
    }
    Choke.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Choke.codec(), opts);
    }
    Choke.stream = stream;
})(Choke || (Choke = {}));
export var WantNodes;
(function (WantNodes) {
    let _codec;
    WantNodes.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.request != null && obj.request !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.request);
                }
                if (obj.cids != null && obj.cids.length > 0) {
                    for (const value of obj.cids) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    request: 0,
                    cids: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.request = reader.uint32();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.cids != null && obj.cids.length === opts.limits.cids) {
                                throw new MaxLengthError('Decode error - repeated field "cids" had too many elements');
                            }
                            if (obj.cids.length === 256) {
                                throw new MaxLengthError('Decode error - repeated field "cids" had too many elements');
                            }
                            obj.cids.push(reader.bytes());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    cids: 256
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.request`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.cids != null && obj.cids === opts.limits.cids) {
                                throw new MaxLengthError('Streaming decode error - repeated field "cids" had too many elements');
                            }
                            if (obj.cids === 256) {
                                throw new MaxLengthError('Streaming decode error - repeated field "cids" had too many elements');
                            }
                            yield {
                                field: `${prefix}.cids[]`,
                                index: obj.cids,
                                value: reader.bytes()
                            };
                            obj.cids++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, WantNodes.codec());
    }
    WantNodes.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, WantNodes.codec(), opts);
    }
    WantNodes.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, WantNodes.codec(), opts);
    }
    WantNodes.stream = stream;
})(WantNodes || (WantNodes = {}));
export var Node;
(function (Node) {
    let _codec;
    Node.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.request != null && obj.request !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.request);
                }
                if ((obj.position != null && obj.position !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.position);
                }
                if ((obj.payloadBytes != null && obj.payloadBytes !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.payloadBytes);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    request: 0,
                    position: 0,
                    payloadBytes: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.request = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.position = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.payloadBytes = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.request`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.position`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.payloadBytes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Node.codec());
    }
    Node.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Node.codec(), opts);
    }
    Node.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Node.codec(), opts);
    }
    Node.stream = stream;
})(Node || (Node = {}));
export var Want;
(function (Want) {
    let _codec;
    Want.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.indices != null && obj.indices.length > 0) {
                    for (const value of obj.indices) {
                        w.uint32(8);
                        w.uint32(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    indices: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.indices != null && obj.indices.length === opts.limits.indices) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices.length === 4096) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            obj.indices.push(reader.uint32());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    indices: 4096
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.indices != null && obj.indices === opts.limits.indices) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices === 4096) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            yield {
                                field: `${prefix}.indices[]`,
                                index: obj.indices,
                                value: reader.uint32()
                            };
                            obj.indices++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Want.codec());
    }
    Want.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Want.codec(), opts);
    }
    Want.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Want.codec(), opts);
    }
    Want.stream = stream;
})(Want || (Want = {}));
export var Cancel;
(function (Cancel) {
    let _codec;
    Cancel.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.indices != null && obj.indices.length > 0) {
                    for (const value of obj.indices) {
                        w.uint32(8);
                        w.uint32(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    indices: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.indices != null && obj.indices.length === opts.limits.indices) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices.length === 4096) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            obj.indices.push(reader.uint32());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    indices: 4096
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.indices != null && obj.indices === opts.limits.indices) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices === 4096) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            yield {
                                field: `${prefix}.indices[]`,
                                index: obj.indices,
                                value: reader.uint32()
                            };
                            obj.indices++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Cancel.codec());
    }
    Cancel.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Cancel.codec(), opts);
    }
    Cancel.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Cancel.codec(), opts);
    }
    Cancel.stream = stream;
})(Cancel || (Cancel = {}));
export var RejectCode;
(function (RejectCode) {
    RejectCode["REJECT_UNSPECIFIED"] = "REJECT_UNSPECIFIED";
    RejectCode["NOT_HELD"] = "NOT_HELD";
    RejectCode["CHOKED"] = "CHOKED";
    RejectCode["TOO_MANY"] = "TOO_MANY";
    RejectCode["SOURCE_CHANGED"] = "SOURCE_CHANGED";
    RejectCode["READ_FAILED"] = "READ_FAILED";
    RejectCode["ELSEWHERE"] = "ELSEWHERE";
})(RejectCode || (RejectCode = {}));
var __RejectCodeValues;
(function (__RejectCodeValues) {
    __RejectCodeValues[__RejectCodeValues["REJECT_UNSPECIFIED"] = 0] = "REJECT_UNSPECIFIED";
    __RejectCodeValues[__RejectCodeValues["NOT_HELD"] = 1] = "NOT_HELD";
    __RejectCodeValues[__RejectCodeValues["CHOKED"] = 2] = "CHOKED";
    __RejectCodeValues[__RejectCodeValues["TOO_MANY"] = 3] = "TOO_MANY";
    __RejectCodeValues[__RejectCodeValues["SOURCE_CHANGED"] = 4] = "SOURCE_CHANGED";
    __RejectCodeValues[__RejectCodeValues["READ_FAILED"] = 5] = "READ_FAILED";
    __RejectCodeValues[__RejectCodeValues["ELSEWHERE"] = 6] = "ELSEWHERE";
})(__RejectCodeValues || (__RejectCodeValues = {}));
(function (RejectCode) {
    RejectCode.codec = () => {
        return enumeration(__RejectCodeValues);
    };
})(RejectCode || (RejectCode = {}));
export var Reject;
(function (Reject) {
    let _codec;
    Reject.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.code != null && __RejectCodeValues[obj.code] !== 0) {
                    w.uint32(8);
                    RejectCode.codec().encode(obj.code, w);
                }
                if (obj.indices != null && obj.indices.length > 0) {
                    for (const value of obj.indices) {
                        w.uint32(16);
                        w.uint32(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    code: RejectCode.REJECT_UNSPECIFIED,
                    indices: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.code = RejectCode.codec().decode(reader);
                            break;
                        }
                        case 2: {
                            if (opts.limits?.indices != null && obj.indices.length === opts.limits.indices) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices.length === 4096) {
                                throw new MaxLengthError('Decode error - repeated field "indices" had too many elements');
                            }
                            obj.indices.push(reader.uint32());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    indices: 4096
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.code`,
                                value: RejectCode.codec().decode(reader)
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.indices != null && obj.indices === opts.limits.indices) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            if (obj.indices === 4096) {
                                throw new MaxLengthError('Streaming decode error - repeated field "indices" had too many elements');
                            }
                            yield {
                                field: `${prefix}.indices[]`,
                                index: obj.indices,
                                value: reader.uint32()
                            };
                            obj.indices++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Reject.codec());
    }
    Reject.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Reject.codec(), opts);
    }
    Reject.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Reject.codec(), opts);
    }
    Reject.stream = stream;
})(Reject || (Reject = {}));
export var Piece;
(function (Piece) {
    let _codec;
    Piece.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.index != null && obj.index !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.index);
                }
                if ((obj.offset != null && obj.offset !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.offset);
                }
                if ((obj.payloadBytes != null && obj.payloadBytes !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.payloadBytes);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    index: 0,
                    offset: 0,
                    payloadBytes: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.index = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.offset = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.payloadBytes = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.index`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.offset`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.payloadBytes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Piece.codec());
    }
    Piece.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Piece.codec(), opts);
    }
    Piece.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Piece.codec(), opts);
    }
    Piece.stream = stream;
})(Piece || (Piece = {}));
export var PeerInfo;
(function (PeerInfo) {
    let _codec;
    PeerInfo.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0),
                    addresses: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            if (obj.addresses.length === 8) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(reader.bytes());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    addresses: 8
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            if (obj.addresses === 8) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            yield {
                                field: `${prefix}.addresses[]`,
                                index: obj.addresses,
                                value: reader.bytes()
                            };
                            obj.addresses++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, PeerInfo.codec());
    }
    PeerInfo.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PeerInfo.codec(), opts);
    }
    PeerInfo.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PeerInfo.codec(), opts);
    }
    PeerInfo.stream = stream;
})(PeerInfo || (PeerInfo = {}));
export var Peers;
(function (Peers) {
    let _codec;
    Peers.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.peers != null && obj.peers.length > 0) {
                    for (const value of obj.peers) {
                        w.uint32(10);
                        PeerInfo.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peers: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.peers != null && obj.peers.length === opts.limits.peers) {
                                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements');
                            }
                            if (obj.peers.length === 50) {
                                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements');
                            }
                            obj.peers.push(PeerInfo.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.peers$
                            }));
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    peers: 50
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.peers != null && obj.peers === opts.limits.peers) {
                                throw new MaxLengthError('Streaming decode error - repeated field "peers" had too many elements');
                            }
                            if (obj.peers === 50) {
                                throw new MaxLengthError('Streaming decode error - repeated field "peers" had too many elements');
                            }
                            for (const evt of PeerInfo.codec().stream(reader, reader.uint32(), `${prefix}.peers[]`, {
                                limits: opts.limits?.peers$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.peers
                                };
                            }
                            obj.peers++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Peers.codec());
    }
    Peers.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Peers.codec(), opts);
    }
    Peers.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Peers.codec(), opts);
    }
    Peers.stream = stream;
})(Peers || (Peers = {}));
export var Ping;
(function (Ping) {
    let _codec;
    Ping.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.nonce);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nonce = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.nonce`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Ping.codec());
    }
    Ping.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Ping.codec(), opts);
    }
    Ping.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Ping.codec(), opts);
    }
    Ping.stream = stream;
})(Ping || (Ping = {}));
export var Pong;
(function (Pong) {
    let _codec;
    Pong.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.nonce);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nonce = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.nonce`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Pong.codec());
    }
    Pong.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Pong.codec(), opts);
    }
    Pong.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Pong.codec(), opts);
    }
    Pong.stream = stream;
})(Pong || (Pong = {}));
export var GoodbyeCode;
(function (GoodbyeCode) {
    GoodbyeCode["GOODBYE_UNSPECIFIED"] = "GOODBYE_UNSPECIFIED";
    GoodbyeCode["UNKNOWN_SHARE"] = "UNKNOWN_SHARE";
    GoodbyeCode["SHUTTING_DOWN"] = "SHUTTING_DOWN";
    GoodbyeCode["SHARE_REMOVED"] = "SHARE_REMOVED";
    GoodbyeCode["DUPLICATE"] = "DUPLICATE";
    GoodbyeCode["PROTOCOL_ERROR"] = "PROTOCOL_ERROR";
    GoodbyeCode["BANNED"] = "BANNED";
    GoodbyeCode["TOO_BUSY"] = "TOO_BUSY";
    GoodbyeCode["NOT_NEEDED"] = "NOT_NEEDED";
})(GoodbyeCode || (GoodbyeCode = {}));
var __GoodbyeCodeValues;
(function (__GoodbyeCodeValues) {
    __GoodbyeCodeValues[__GoodbyeCodeValues["GOODBYE_UNSPECIFIED"] = 0] = "GOODBYE_UNSPECIFIED";
    __GoodbyeCodeValues[__GoodbyeCodeValues["UNKNOWN_SHARE"] = 1] = "UNKNOWN_SHARE";
    __GoodbyeCodeValues[__GoodbyeCodeValues["SHUTTING_DOWN"] = 2] = "SHUTTING_DOWN";
    __GoodbyeCodeValues[__GoodbyeCodeValues["SHARE_REMOVED"] = 3] = "SHARE_REMOVED";
    __GoodbyeCodeValues[__GoodbyeCodeValues["DUPLICATE"] = 4] = "DUPLICATE";
    __GoodbyeCodeValues[__GoodbyeCodeValues["PROTOCOL_ERROR"] = 5] = "PROTOCOL_ERROR";
    __GoodbyeCodeValues[__GoodbyeCodeValues["BANNED"] = 6] = "BANNED";
    __GoodbyeCodeValues[__GoodbyeCodeValues["TOO_BUSY"] = 7] = "TOO_BUSY";
    __GoodbyeCodeValues[__GoodbyeCodeValues["NOT_NEEDED"] = 8] = "NOT_NEEDED";
})(__GoodbyeCodeValues || (__GoodbyeCodeValues = {}));
(function (GoodbyeCode) {
    GoodbyeCode.codec = () => {
        return enumeration(__GoodbyeCodeValues);
    };
})(GoodbyeCode || (GoodbyeCode = {}));
export var Goodbye;
(function (Goodbye) {
    let _codec;
    Goodbye.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.code != null && __GoodbyeCodeValues[obj.code] !== 0) {
                    w.uint32(8);
                    GoodbyeCode.codec().encode(obj.code, w);
                }
                if ((obj.text != null && obj.text !== '')) {
                    w.uint32(18);
                    w.string(obj.text);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    code: GoodbyeCode.GOODBYE_UNSPECIFIED,
                    text: ''
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.code = GoodbyeCode.codec().decode(reader);
                            break;
                        }
                        case 2: {
                            obj.text = reader.string();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.code`,
                                value: GoodbyeCode.codec().decode(reader)
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.text`,
                                value: reader.string()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Goodbye.codec());
    }
    Goodbye.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Goodbye.codec(), opts);
    }
    Goodbye.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Goodbye.codec(), opts);
    }
    Goodbye.stream = stream;
})(Goodbye || (Goodbye = {}));
