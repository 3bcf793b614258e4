<?php
/**
 * The test site's configuration; what differs from run to run comes from the environment.
 */

define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . getenv( 'SITE_DATABASE' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $tillside_test_name ) {
	define( $tillside_test_name . '_KEY', "a key for tests: $tillside_test_name" );
	define( $tillside_test_name . '_SALT', "a salt for tests: $tillside_test_name" );
}

define( 'WP_HOME', getenv( 'SITE_URL' ) );
define( 'WP_SITEURL', getenv( 'SITE_URL' ) );
define( 'TILLSIDE_APP_URL', getenv( 'SITE_APP_URL' ) );
define( 'TILLSIDE_TEST_NOTICES', getenv( 'SITE_NOTICES' ) );

define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
// The fence: WordPress reaches this machine and no other.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );

defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
