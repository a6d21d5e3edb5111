"""Other people's clients of Daraja against the simulated service.

clients.py URL TOKEN: a simulator whose phones are asked by hand. Prints the name of each check that holds; ends with 1
at the first that does not. What mpesakit's models refuse although the real service sends it is listed by name.
"""

import base64
import http.server
import json
import sys
import threading
import time
import traceback
import urllib.parse
import urllib.request

from africastalking.Application import ApplicationService
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from mpesa import MpesaClient as DarajaV3
from mpesa.exceptions import MpesaError
from mpesakit import MpesaClient as Mpesakit
from mpesakit.b2c.schemas import B2CCommandIDType
from mpesakit.c2b.schemas import C2BRegisterUrlResponse, C2BValidationRequest
from mpesakit.errors import MpesaApiException
from pydantic import ValidationError

URL, TOKEN = sys.argv[1:3]
PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"
LETTERS = {}


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"].startswith("application/x-www-form-urlencoded"):
            body = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        else:
            body = json.loads(body)
        LETTERS.setdefault(self.path, []).append(body)
        answer = b'{"ResultCode": "0", "ResultDesc": "Accepted"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
HERE = f"http://127.0.0.1:{receiver.server_address[1]}"


def control(path, body=None, method="POST"):
    request = urllib.request.Request(
        f"{URL}/_simulator/{path}", json.dumps(body or {}).encode(), {"Authorization": f"Bearer {TOKEN}"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def posted(path, count=1):
    for _ in range(250):
        if len(LETTERS.get(path, [])) >= count:
            return LETTERS[path][count - 1]
        time.sleep(0.02)
    raise AssertionError(f"nothing was posted to {path}")


def refused(work, words, kind=(MpesaError, MpesaApiException)):
    try:
        work()
    except kind as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"not refused: {words}")


def strict(work, what):
    """The model refuses what the real service sends too."""
    try:
        work()
    except (ValidationError, KeyError) as error:
        print(f"  mpesakit refuses, as it refuses the real one: {what} ({type(error).__name__})")
    else:
        raise AssertionError(f"no longer refused: {what}; take it from the list")


def credential():
    certificate = x509.load_pem_x509_certificate(control("certificate", method="GET")["certificate"].encode())
    return base64.b64encode(certificate.public_key().encrypt(b"Safaricom999!*!", padding.PKCS1v15())).decode()


def v3(secret="consumer-secret", passkey=PASSKEY):
    return DarajaV3("consumer-key", secret, "174379", passkey, base_url=URL)


def kit():
    client = Mpesakit("consumer-key", "consumer-secret")
    client.http_client.base_url = URL
    return client


def daraja_v3_prompt():
    client = v3()
    control("payers", {"number": "254712345678", "plan": "by-hand"})
    result = client.stk_push("0712345678", 50, "Order-1", "Test", f"{HERE}/a1")
    assert result.checkout_request_id.startswith("ws_CO_") and result.checkout_request_id.endswith("712345678")
    assert client.stk_query(result.checkout_request_id).result_code == "4999"
    refused(lambda: client.stk_push("0712345678", 60, "Order-2", "Test", f"{HERE}/a2"), "Unable to lock subscriber")
    control("touches", {"number": "254712345678", "pin": "1234"})
    told = DarajaV3.parse_stk_callback(posted("/a1"))
    assert client.stk_query(result.checkout_request_id).is_paid
    assert str(told).find("50") >= 0, told


def daraja_v3_refusals():
    refused(lambda: v3(secret="wrong").stk_push("0712345678", 50, "A", "B", f"{HERE}/b"), "", Exception)
    refused(lambda: v3(passkey="wrong").stk_push("0712345678", 50, "A", "B", f"{HERE}/b"), "Wrong credentials")
    refused(lambda: v3().stk_push("0712345678", 50, "A", "B", "http://127.0.0.1/mpesa"), "Invalid CallBackURL")
    refused(
        lambda: v3().stk_push("0712345678", 50, "A", "B", f"{HERE}/b", transaction_type="CustomerBuyGoodsOnline"),
        "Invalid TransactionType")
    refused(lambda: v3().stk_query("ws_CO_0"), "does not Exist")


def daraja_v3_business():
    client = v3()
    answer = client.c2b_register_urls(f"{HERE}/validation", f"{HERE}/confirmation")
    assert answer["ResponseCode"] == "00000000" and "OriginatorCoversationID" in answer
    control("businesses", {"shortcode": "174379", "balance": 500})
    out = client.b2c(
        "0722000000", 30, callback_url=f"{HERE}/out", queue_timeout_url=f"{HERE}/late", initiator_name="testapi",
        security_credential=credential())
    control("time", {"advance": 5})
    result = posted("/out")["Result"]
    assert (result["ResultCode"], result["ConversationID"]) == (0, out.conversation_id), result
    balance = client.account_balance(f"{HERE}/balance", f"{HERE}/late", "testapi", credential())
    assert balance["ResponseCode"] == "0"
    control("time", {"advance": 5})
    assert posted("/balance")["Result"]["ResultCode"] == 0


def mpesakit_prompt():
    client = kit()
    control("payers", {"number": "254722000001", "plan": "pays"})
    # Numbers paid by hand were registered as of the first generation by the client before.
    ack = client.stk_push(
        business_short_code=174379, transaction_type="CustomerPayBillOnline", amount=10, party_a="254722000001",
        party_b="174379", phone_number="254722000001", callback_url=f"{HERE}/k1", account_reference="ACC7",
        transaction_desc="Test", passkey=PASSKEY)
    told = client.process_stk_callback(posted("/k1"))
    assert told.Body.stkCallback.CheckoutRequestID == ack.CheckoutRequestID
    assert told.Body.stkCallback.ResultCode in (0, "0")
    answer = client.stk_query(
        business_short_code=174379, checkout_request_id=ack.CheckoutRequestID, passkey=PASSKEY)
    assert str(answer.ResultCode) == "0", answer
    for plan, code, path in (("cancels", 1032, "/k2"), ("fails:2001", 2001, "/k3"), ("fails:1", 1, "/k4")):
        control("payers", {"number": "254722000002", "plan": plan})
        client.stk_push(
            business_short_code=174379, transaction_type="CustomerPayBillOnline", amount=10, party_a="254722000002",
            party_b="174379", phone_number="254722000002", callback_url=HERE + path, account_reference="ACC7",
            transaction_desc="Test", passkey=PASSKEY)
        assert client.process_stk_callback(posted(path)).Body.stkCallback.ResultCode in (code, str(code))


def mpesakit_by_hand():
    client = kit()
    strict(
        lambda: C2BRegisterUrlResponse.model_validate(v3().c2b_register_urls(f"{HERE}/v", f"{HERE}/c")),
        "a registration's misspelt OriginatorCoversationID")
    # Its client puts the spelling right before its model sees it.
    client.c2b.register_url(
        short_code=174379, response_type="Completed", confirmation_url=f"{HERE}/c", validation_url=f"{HERE}/v")
    control("businesses", {"shortcode": "174379", "validates": True})
    control("payments", {"shortcode": "174379", "number": "254722000003", "amount": 7, "reference": "acc 7"})
    asked, told = posted("/v"), posted("/c")
    # A confirmation has the shape of a validation, with what the account holds.
    for body in (asked, told):
        model = C2BValidationRequest.model_validate(body)
        assert model.BillRefNumber == "acc 7" and float(model.TransAmount) == 7, model
    assert told["OrgAccountBalance"] and not asked["OrgAccountBalance"]
    control("businesses", {"shortcode": "174379", "validates": False})


def mpesakit_business():
    client, secret = kit(), credential()
    receipt = control("state", method="GET")["payments"][-1]["receipt"]
    amount = int(float(control("state", method="GET")["payments"][-1]["amount"]))
    where = {"result_url": f"{HERE}/r", "queue_timeout_url": f"{HERE}/late"}
    ack = client.b2c.send_payment(
        originator_conversation_id="kit-1", initiator_name="testapi", security_credential=secret,
        command_id=B2CCommandIDType.BusinessPayment, amount=20, party_a="174379", party_b="254722000004", remarks="Test", **where)
    assert ack.OriginatorConversationID == "kit-1"
    control("time", {"advance": 5})
    strict(lambda: client.process_b2c_callback(posted("/r")), "a payout's ResultParameters")
    client.transactions.query_status(
        initiator="testapi", security_credential=secret, transaction_id=receipt, party_a=174379, identifier_type=4,
        command_id="TransactionStatusQuery", remarks="Test", **where)
    control("time", {"advance": 5})
    strict(lambda: client.process_transactions_callback(posted("/r", 2)), "a status's ResultParameters")
    client.reversal.reverse(
        initiator="testapi", security_credential=secret, transaction_id=receipt, amount=amount, receiver_party=174379,
        remarks="Test", **where)
    control("time", {"advance": 5})
    reversal = posted("/r", 3)
    assert reversal["Result"]["ResultCode"] == 0, reversal
    strict(lambda: client.process_reversal_callback(reversal), "a reversal's ResultCode as a number")
    client.balance.query(
        initiator="testapi", security_credential=secret, command_id="AccountBalance", party_a=174379, identifier_type=4,
        remarks="Test", **where)
    control("time", {"advance": 5})
    assert posted("/r", 4)["Result"]["ResultCode"] == 0
    code = client.dynamic_qr.generate(
        merchant_name="ISP", ref_no="ACC7", amount=10, trx_code="PB", cpi="174379", size="300")
    assert code.QRCode.startswith("iVBOR")


def texts(key="text-key"):
    service = SMSService("sandbox", key)
    service._baseUrl = f"{URL}/version1"
    return service


def readers(answer):
    return [(row["statusCode"], row["status"]) for row in answer["SMSMessageData"]["Recipients"]]


def africastalking_texts():
    control("texts", {"reports": f"{HERE}/reports"})
    answer = texts().send("Asante é & 50%", ["+254711000001", "+2547110"], "LANGO")
    assert readers(answer) == [(101, "Success"), (403, "InvalidPhoneNumber")], answer
    sent, refused_one = answer["SMSMessageData"]["Recipients"]
    assert sent["messageId"].startswith("ATXid_") and refused_one["messageId"] == "None"
    assert answer["SMSMessageData"]["Message"].startswith("Sent to 1/2 Total Cost: KES 0.8000")
    control("time", {"advance": 2})
    told = {posted("/reports", count)["status"] for count in (1, 2)}
    assert told == {"Sent", "Success"}, told
    assert LETTERS["/reports"][0]["id"] == sent["messageId"] and LETTERS["/reports"][0]["phoneNumber"] == "+254711000001"
    assert readers(texts().send("x", ["+254711000002"], enqueue=True)) == [(102, "Success")]


def africastalking_refusals():
    answer = texts().send("x", ["+254711000001"], "NOBODY")["SMSMessageData"]
    assert answer == {"Message": "InvalidSenderId", "Recipients": []}, answer
    control("texts", {"number": "+254711000003", "code": 405})
    assert readers(texts().send("x", ["+254711000003"])) == [(405, "InsufficientBalance")]
    refused(
        lambda: texts(key="wrong").send("x", ["+254711000001"]), "authentication is invalid",
        AfricasTalkingException)
    application = ApplicationService("sandbox", "text-key")
    application._baseUrl = f"{URL}/version1"
    assert application.fetch_application_data()["UserData"]["balance"].startswith("USD ")


for check in (
    daraja_v3_prompt, daraja_v3_refusals, daraja_v3_business, mpesakit_prompt, mpesakit_by_hand, mpesakit_business,
    africastalking_texts, africastalking_refusals,
):
    try:
        check()
    except Exception as error:
        print(f"{check.__name__}: {error!r} {traceback.extract_tb(error.__traceback__)[-1].line}")
        sys.exit(1)
    print(check.__name__)
