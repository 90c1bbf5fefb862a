"""In the services' container: plays the part of a bucket's lifecycle, which the lab's object store has not. Deletes what
is marked with the tag and older than its bucket's lock, with the store's own key.

let-go.py STORE KEY VALUE: the store's address, and the tag; ROOT_ACCESS_KEY, ROOT_SECRET_KEY and AWS_CA_BUNDLE are in
the environment.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

STORE, KEY, VALUE = sys.argv[1:]
TAG = {"Key": KEY, "Value": VALUE}
store = boto3.client(
    "s3",
    endpoint_url=STORE,
    region_name="us-east-1",
    aws_access_key_id=os.environ["ROOT_ACCESS_KEY"],
    aws_secret_access_key=os.environ["ROOT_SECRET_KEY"],
    config=Config(s3={"addressing_style": "path"}),
)


def let_go(bucket: str) -> None:
    lock = store.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    begins = datetime.now(UTC) - timedelta(days=lock["Rule"]["DefaultRetention"]["Days"])
    for page in store.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page.get("Versions", []):
            key = each["Key"]
            if not each["IsLatest"] or each["LastModified"] >= begins:
                continue
            if TAG in store.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]:
                store.delete_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])
                print(f"{bucket}: {key}")


for found in store.list_buckets()["Buckets"]:
    try:
        let_go(found["Name"])
    except ClientError as error:
        # The other buckets are other labs'.
        print(f"{found['Name']}: {error}", file=sys.stderr)
