import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.elasticsearch.common.bytes.BytesArray;
import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.common.component.Lifecycle;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.network.NetworkService;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.transport.BoundTransportAddress;
import org.elasticsearch.common.transport.TransportAddress;
import org.elasticsearch.common.util.BigArrays;
import org.elasticsearch.common.util.PageCacheRecycler;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.common.xcontent.NamedXContentRegistry;
import org.elasticsearch.http.HttpChannel;
import org.elasticsearch.http.HttpInfo;
import org.elasticsearch.http.HttpRequest;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.http.HttpStats;
import org.elasticsearch.indices.breaker.CircuitBreakerService;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.NetworkPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.AbstractRestChannel;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.RequestHandlerRegistry;
import org.elasticsearch.transport.Transport;
import org.elasticsearch.transport.TransportStats;

/**
 * One node of Elasticsearch whose only door is HTTP on a free port of the loopback, which it prints. The jar has no
 * network module: the door is the web server of Java itself, and other nodes there are none.
 */
public final class Server extends Node {
    private Server(Settings settings) {
        super(
                InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "bench"),
                List.of(Doors.class),
                true);
    }

    /** Serves a folder until the program is ended. */
    public static void serve(String folder) throws Exception {
        for (String part : new String[] {"config", "plugins", "modules"}) {
            new File(folder, part).mkdirs();
        }
        Settings settings = Settings.builder()
                .put("path.home", folder)
                .put("node.name", "bench")
                .put("cluster.name", "bench")
                .put("transport.type", "none")
                .put("http.type", "plain")
                .put("discovery.type", "single-node")
                .build();
        new Server(settings).start();
        new CountDownLatch(1).await();
    }

    /** What stands in the place of the network module. */
    public static final class Doors extends Plugin implements NetworkPlugin {
        @Override
        public Map<String, Supplier<Transport>> getTransports(
                Settings settings,
                ThreadPool threads,
                PageCacheRecycler recycler,
                CircuitBreakerService breaker,
                NamedWriteableRegistry writeables,
                NetworkService network) {
            return Map.of("none", Server::noTransport);
        }

        @Override
        public Map<String, Supplier<HttpServerTransport>> getHttpTransports(
                Settings settings,
                ThreadPool threads,
                BigArrays arrays,
                PageCacheRecycler recycler,
                CircuitBreakerService breaker,
                NamedXContentRegistry contents,
                NetworkService network,
                HttpServerTransport.Dispatcher dispatcher) {
            return Map.of("plain", () -> door(contents, dispatcher, threads.getThreadContext()));
        }
    }

    /** Makes an object that does what the map says by the methods' names, and otherwise nothing. */
    private static <T> T object(Class<T> type, Map<String, Function<Object[], Object>> does) {
        Lifecycle lifecycle = new Lifecycle();
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (it, method, values) -> {
            Function<Object[], Object> known = does.get(method.getName());
            if (known != null) {
                return known.apply(values);
            }
            Class<?> result = method.getReturnType();
            if (method.getName().equals("lifecycleState")) {
                return lifecycle.state();
            } else if (method.getName().equals("hashCode")) {
                return System.identityHashCode(it);
            } else if (method.getName().equals("equals")) {
                return it == values[0];
            } else if (result == boolean.class) {
                return false;
            }
            return result == List.class ? List.of() : result == Map.class ? Map.of() : null;
        }));
    }

    private static BoundTransportAddress bound(InetSocketAddress address) {
        TransportAddress at = new TransportAddress(address);
        return new BoundTransportAddress(new TransportAddress[] {at}, at);
    }

    private static Transport noTransport() {
        Map<String, RequestHandlerRegistry<?>> handlers = new ConcurrentHashMap<>();
        Transport.ResponseHandlers responses = new Transport.ResponseHandlers();
        BoundTransportAddress address = bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        return object(Transport.class, Map.of(
                "registerRequestHandler", values -> {
                    RequestHandlerRegistry<?> handler = (RequestHandlerRegistry<?>) values[0];
                    return handlers.put(handler.getAction(), handler);
                },
                "getRequestHandler", values -> handlers.get(values[0]),
                "getResponseHandlers", values -> responses,
                "boundAddress", values -> address,
                "getStats", values -> new TransportStats(0, 0, 0, 0, 0)));
    }

    private static HttpServerTransport door(
            NamedXContentRegistry contents, HttpServerTransport.Dispatcher dispatcher, ThreadContext context) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> answer(exchange, contents, dispatcher, context));
        BoundTransportAddress address = bound(server.getAddress());
        return object(HttpServerTransport.class, Map.of(
                "start", values -> {
                    server.start();
                    System.out.println("http://127.0.0.1:" + server.getAddress().getPort() + "/");
                    return null;
                },
                "boundAddress", values -> address,
                "info", values -> new HttpInfo(address, 1 << 30),
                "stats", values -> new HttpStats(0, 0)));
    }

    private static void answer(
            HttpExchange exchange,
            NamedXContentRegistry contents,
            HttpServerTransport.Dispatcher dispatcher,
            ThreadContext context)
            throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(exchange.getRequestHeaders());
        BytesReference body = new BytesArray(exchange.getRequestBody().readAllBytes());
        HttpRequest asked = object(HttpRequest.class, Map.of(
                "method", values -> RestRequest.Method.valueOf(exchange.getRequestMethod()),
                "uri", values -> exchange.getRequestURI().toString(),
                "content", values -> body,
                "getHeaders", values -> headers,
                "protocolVersion", values -> HttpRequest.HttpVersion.HTTP_1_1));
        HttpChannel channel = object(HttpChannel.class, Map.of(
                "isOpen", values -> true,
                "getLocalAddress", values -> exchange.getLocalAddress(),
                "getRemoteAddress", values -> exchange.getRemoteAddress()));
        RestRequest request = RestRequest.request(contents, asked, channel);
        AbstractRestChannel responses = new AbstractRestChannel(request, true) {
            @Override
            public void sendResponse(RestResponse response) {
                byte[] bytes = BytesReference.toBytes(response.content());
                exchange.getResponseHeaders().set("Content-Type", response.contentType());
                try (exchange) {
                    exchange.sendResponseHeaders(response.status().getStatus(), bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                } catch (IOException error) {
                    throw new UncheckedIOException(error);
                }
            }
        };
        try (ThreadContext.StoredContext before = context.stashContext()) {
            dispatcher.dispatchRequest(request, responses, context);
        }
    }
}
