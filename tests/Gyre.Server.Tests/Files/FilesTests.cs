using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gyre.Contracts;
using Gyre.Server.Files;
using Gyre.Server.Tests.Fakes;
using Gyre.Server.Tests.FineTuning;

namespace Gyre.Server.Tests.Files;

/// <summary><c>/v1/files</c> over raw HTTP.</summary>
public sealed class FilesTests
{
    [Fact]
    public async Task A_file_is_kept_listed_given_back_and_removed()
    {
        await using var server = await TestServer.StartAsync();
        byte[] content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];

        var card = await (await server.Http.PostAsync("v1/files", TuningServer.Form(content, "some data.bin", "user_data"))).JsonAsync();

        var id = card.GetProperty("id").GetString()!;
        id.ShouldStartWith("file-");
        (card.GetProperty("object").GetString(), card.GetProperty("bytes").GetInt64(), card.GetProperty("purpose").GetString(), card.GetProperty("status").GetString()).ShouldBe(("file", 200_000, "user_data", "processed"));
        (await (await server.Http.GetAsync($"v1/files/{id}")).JsonAsync()).GetProperty("bytes").GetInt64().ShouldBe(200_000);
        var download = await server.Http.GetAsync($"v1/files/{id}/content");
        (await download.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        download.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/octet-stream");
        download.Content.Headers.ContentDisposition.ShouldNotBeNull().DispositionType.ShouldBe("attachment");
        download.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

        (await (await server.Http.DeleteAsync($"v1/files/{id}")).JsonAsync()).GetProperty("deleted").GetBoolean().ShouldBeTrue();
        Directory.GetDirectories(Path.Combine(server.Folder, "files"), "file-*").ShouldBeEmpty();
        foreach (var answer in new[] { await server.Http.GetAsync($"v1/files/{id}"), await server.Http.GetAsync($"v1/files/{id}/content"), await server.Http.DeleteAsync($"v1/files/{id}") })
        {
            (answer.StatusCode, (await answer.ErrorAsync()).Code).ShouldBe((HttpStatusCode.NotFound, "SRV0190"));
        }
    }

    [Fact]
    public async Task Files_are_listed_in_pages_by_purpose_and_order()
    {
        await using var server = await TestServer.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await (await server.Http.PostAsync("v1/files", TuningServer.Form([1], purpose: i == 2 ? "batch" : "fine-tune"))).JsonAsync()).GetProperty("id").GetString()!);
        }

        (await PagesAsync("limit=2")).ShouldBe(Enumerable.Reverse(ids));
        (await PagesAsync("limit=2&order=asc")).ShouldBe(ids);
        (await PagesAsync("purpose=batch")).ShouldBe([ids[2]]);
        foreach (var query in new[] { "limit=0", "limit=x", "order=up", "after=none", "purpose=cake", "color=red" })
        {
            (await server.Http.GetAsync("v1/files?" + query)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, query);
        }

        async Task<List<string>> PagesAsync(string query)
        {
            var (found, after) = (new List<string>(), "");
            while (true)
            {
                var page = await (await server.Http.GetAsync($"v1/files?{query}{after}")).JsonAsync();
                found.AddRange(page.GetProperty("data").EnumerateArray().Select(file => file.GetProperty("id").GetString()!));
                if (!page.GetProperty("has_more").GetBoolean())
                {
                    return found;
                }

                after = "&after=" + page.GetProperty("last_id").GetString();
            }
        }
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd", "passwd")]
    [InlineData("C:\\temp\\a b.jsonl", "a b.jsonl", "a_b.jsonl")]
    [InlineData(".bashrc", ".bashrc", "bashrc")]
    [InlineData("süß.jsonl", "süß.jsonl", "s__.jsonl")]
    [InlineData("...", "...", "file")]
    [InlineData("a\u0001b", "ab", "ab")]
    public void A_name_becomes_safe(string given, string shown, string stored)
    {
        FileName.Shown(given).ShouldBe(shown);
        FileName.Stored(FileName.Shown(given)).ShouldBe(stored);
    }

    [Fact]
    public async Task A_file_beyond_the_limits_is_refused_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxFileBytes = 100_000, MaxStoredFileBytes = 150_000 });

        var large = await server.Http.PostAsync("v1/files", TuningServer.Form(new byte[100_001]));
        (large.StatusCode, (await large.ErrorAsync()).Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "SRV0192"));
        (await server.Http.PostAsync("v1/files", TuningServer.Form(new byte[100_000]))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var second = await server.Http.PostAsync("v1/files", TuningServer.Form(new byte[100_000]));
        (second.StatusCode, (await second.ErrorAsync()).Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "SRV0192"));

        Directory.GetFiles(Path.Combine(server.Folder, "files"), "*", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b--\r\n", "SRV0112")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n", "SRV0112")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--\r\n", "SRV0112")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx", "SRV0191")]
    [InlineData("--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n", "SRV0191")]
    [InlineData("--b\r\n\r\nx\r\n--b--\r\n", "SRV0191")]
    [InlineData("nothing of the kind", "SRV0191")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ncake\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n", "SRV0114")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\r\n--b--\r\n", "SRV0114")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b--\r\n", "SRV0191")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"expires_after[anchor]\"\r\n\r\ncreated_at\r\n--b--\r\n", "SRV0111")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nred\r\n--b--\r\n", "SRV0110")]
    public async Task A_faulty_form_is_refused(string body, string code)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await SendAsync(server, Encoding.UTF8.GetBytes(body), "multipart/form-data; boundary=b");

        (answer.StatusCode, (await answer.ErrorAsync()).Code).ShouldBe((HttpStatusCode.BadRequest, code));
        Directory.GetFiles(Path.Combine(server.Folder, "files"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", HttpStatusCode.BadRequest)]
    public async Task A_body_of_another_kind_is_refused(string type, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();

        (await SendAsync(server, "{}"u8.ToArray(), type)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_web_page_of_another_site_cannot_send_files()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/files") { Content = TuningServer.Form([1]) };
        request.Headers.Add("Origin", "https://elsewhere.example");

        (await server.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Changed_forms_are_kept_or_refused_but_never_the_servers_fault()
    {
        await using var server = await TestServer.StartAsync();
        var form = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\nContent-Type: application/json\r\n\r\n{\"text\":\"x\"}\r\n--b--\r\n"u8.ToArray();
        var random = new SeededRandom(71);
        var (kept, refused) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            var changed = form.ToList();
            for (var change = random.NextInt32(1, 4); change > 0; change--)
            {
                var at = random.NextInt32(0, changed.Count);
                switch (random.NextInt32(0, 3))
                {
                    case 0:
                        changed[at] = (byte)random.NextInt32(0, 256);
                        break;
                    case 1:
                        changed.RemoveRange(at, Math.Min(changed.Count - at - 1, random.NextInt32(0, 20)));
                        break;
                    default:
                        changed.InsertRange(at, changed.Take(random.NextInt32(0, 40)).ToList());
                        break;
                }
            }

            var answer = await SendAsync(server, [.. changed], "multipart/form-data; boundary=b");

            ((int)answer.StatusCode).ShouldBeLessThan(500, Encoding.Latin1.GetString([.. changed]));
            _ = answer.IsSuccessStatusCode ? kept++ : refused++;
        }

        (kept > 15, refused > 100).ShouldBe((true, true), $"{kept} kept, {refused} refused"); // Otherwise the changes would no longer reach both ends.
        Directory.GetFiles(Path.Combine(server.Folder, "files"), "*", SearchOption.AllDirectories).Length.ShouldBe(kept);
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return server.Http.PostAsync("v1/files", content);
    }
}
